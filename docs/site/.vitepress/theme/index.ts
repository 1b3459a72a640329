import type { Theme } from 'vitepress';
// The one without fonts takes those of the reader's system: nothing is fetched for letters.
import DefaultTheme from 'vitepress/theme-without-fonts';
import FlowDiagram from './FlowDiagram.vue';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('FlowDiagram', FlowDiagram);
  },
} satisfies Theme;
