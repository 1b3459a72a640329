import type { Mutant } from './mutant.ts';

/** Mutants of channels. */
export const inNotifiers: readonly Mutant[] = [
  {
    name: 'follows-redirects',
    file: 'src/notifiers/post.ts',
    find: `redirect: 'manual'`,
    replace: `redirect: 'follow'`,
    tests: ['test/contract/notifier/notifiers.test.ts'],
    why: 'a notice goes wherever a receiver sends it',
  },
  {
    name: 'text-as-markup',
    file: 'src/messages/fit.ts',
    find: `.replaceAll('<', '&lt;')`,
    replace: '',
    tests: ['test/notifiers/payloads.test.ts'],
    why: 'a name in a publication becomes a link or a mention in the channel',
  },
  {
    name: 'signature-of-nothing',
    file: 'src/notifiers/webhook.ts',
    find: 'signer.sign(message.id, at, body)',
    replace: `signer.sign(message.id, at, '')`,
    tests: ['test/contract/notifier/notifiers.test.ts'],
    why: 'whoever saw one notice can forge another',
  },
  {
    name: 'notice-too-large',
    file: 'src/notifiers/webhook.ts',
    find: 'const maxBytes = 60_000;',
    replace: 'const maxBytes = 60_000_000;',
    tests: ['test/notifiers/payloads.test.ts'],
    why: 'the notice of a large loss is refused by its receiver',
  },
];
