/** Colours of a chart. Those of data differ in lightness as well as in hue, so that no form of colour blindness makes two of them one. */
export interface ChartTheme {
  readonly background: string;
  readonly text: string;
  readonly faint: string;
  readonly grid: string;
  /** What lists allow, what is published, and what lies between. */
  readonly allowed: string;
  readonly published: string;
  readonly held: string;
  readonly blocked: string;
  readonly lost: string;
  readonly returned: string;
  readonly released: string;
  /** From most lost to most gained, each with the colour of text on it. */
  readonly scale: Readonly<Record<-3 | -2 | -1 | 1 | 2 | 3, { readonly fill: string; readonly text: string }>>;
  readonly noPublication: string;
}

const scale: ChartTheme['scale'] = {
  '-3': { fill: '#b35806', text: '#ffffff' },
  '-2': { fill: '#f1a340', text: '#1b1f24' },
  '-1': { fill: '#fee0b6', text: '#1b1f24' },
  1: { fill: '#d1e5f0', text: '#1b1f24' },
  2: { fill: '#67a9cf', text: '#1b1f24' },
  3: { fill: '#2166ac', text: '#ffffff' },
};

export const themes = {
  light: {
    background: '#ffffff',
    text: '#1b1f24',
    faint: '#57606a',
    grid: '#e3e7ec',
    allowed: '#0b5cad',
    published: '#1b1f24',
    held: '#f1a340',
    blocked: '#9c7bc9',
    lost: '#8a4100',
    returned: '#0b6e4f',
    released: '#b3261e',
    scale,
    noPublication: '#eceff2',
  },
  dark: {
    background: '#12161c',
    text: '#e8ecf1',
    faint: '#a5b0bc',
    grid: '#2a323c',
    allowed: '#6cb2ff',
    published: '#f5f7fa',
    held: '#c77a17',
    blocked: '#8d6cc0',
    lost: '#ffb454',
    returned: '#5fd3a8',
    released: '#ff8f85',
    scale,
    noPublication: '#20262e',
  },
} as const satisfies Readonly<Record<string, ChartTheme>>;

export const chartThemes = ['light', 'dark'] as const;
export const chartWidths = ['wide', 'narrow'] as const;

/** In which form a chart is drawn: its colours, and for how wide a place. */
export interface ChartForm {
  readonly theme: (typeof chartThemes)[number];
  /** `narrow`: for a phone; text keeps its size there, and less of it is shown. */
  readonly width: (typeof chartWidths)[number];
}
