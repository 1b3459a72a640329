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
  {
    name: 'notice-in-plain-text',
    file: 'src/notifiers/receiver-address.ts',
    find: "if (url.protocol === 'http:' && !withHttp && !isLocal) {",
    replace: "if (url.protocol === 'ftp:') {",
    tests: ['test/notifiers/post.test.ts'],
    why: 'notices and the secret in the address go over the network as plain text',
  },
  {
    name: 'notice-to-the-platform',
    file: 'src/notifiers/guarded-fetch.ts',
    find: 'if (addresses.some(({ address }) => isGuarded(address))) {',
    replace: 'if (addresses.length === 0) {',
    tests: ['test/notifiers/post.test.ts'],
    why: 'a name that leads to a link-local address makes the service ask what only its own machine may',
  },
  {
    name: 'people-in-the-log',
    file: 'src/notifiers/log.ts',
    find: '          about,',
    replace: '          about,\n          lines: notice.lines,',
    tests: ['test/scenarios/log-without-people.test.ts'],
    why: 'names and reasons are read by all who read the log',
  },
];
