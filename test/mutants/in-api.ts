import type { Mutant } from './mutant.ts';

/** Mutants of who may ask for what over HTTP. */
export const inApi: readonly Mutant[] = [
  {
    name: 'operators-pin',
    file: 'src/http/routes.ts',
    find: `path: 'pin',
    role: 'approver'`,
    replace: `path: 'pin',
    role: 'operator'`,
    tests: ['test/http/access.test.ts'],
    why: 'whoever may start runs may freeze every list',
  },
  {
    name: 'readers-run',
    file: 'src/http/routes.ts',
    find: `path: 'runs',
    role: 'operator'`,
    replace: `path: 'runs',
    role: 'reader'`,
    tests: ['test/http/access.test.ts'],
    why: 'whoever may look may start runs',
  },
  {
    name: 'devices-read',
    file: 'src/http/access.ts',
    find: `return role === 'reader' ||`,
    replace: `return role === 'feed' || role === 'reader' ||`,
    tests: ['test/http/access.test.ts'],
    why: 'a device that pulls a list reads everything',
  },
  {
    name: 'key-in-place-of-sign-in',
    file: 'src/http/access.ts',
    find: `    if (required)
`,
    replace: `    if (required === undefined)
`,
    tests: ['test/http/access.test.ts'],
    why: 'a function key gets past a sign-in that is required',
  },
  {
    name: 'roles-of-anybody',
    file: 'src/http/access.ts',
    find: 'const own = easyAuth ? principalOf(request)?.roles : undefined;',
    replace: 'const own = principalOf(request)?.roles;',
    tests: ['test/http/access.test.ts'],
    why: 'where nothing vouches for the header, anybody may write it',
  },
  {
    name: 'name-of-anybody',
    file: 'src/http/actor.ts',
    find: 'const principal = easyAuth ? request.headers.get(header) : null;',
    replace: 'const principal = request.headers.get(header);',
    tests: ['test/http/decisions.test.ts'],
    why: 'a decision is on record under a name that somebody made up',
  },
  {
    name: 'error-to-anyone',
    file: 'src/http/handle.ts',
    find: `    if (route.authLevel === 'anonymous') throw error;
`,
    replace: '',
    tests: ['test/http/checks.test.ts'],
    why: 'where no key is asked, the words of an error go to anyone',
  },
  {
    name: 'lost-body',
    file: 'src/http/read-request.ts',
    find: `  refuseMissing(request);
`,
    replace: '',
    tests: ['test/http/bodies.test.ts'],
    why: 'a dry run whose body got lost becomes a real one',
  },
  {
    name: 'body-without-end',
    file: 'src/http/read-request.ts',
    find: "if (bytes > maxBytes) throw tooLong('more');",
    replace: '',
    tests: ['test/http/bodies.test.ts'],
    why: 'one caller fills the memory of all',
  },
  {
    name: 'words-of-an-error',
    file: 'src/http/handle.ts',
    find: 'The request failed in an unexpected way, under',
    replace: `\${String(error)}, under`,
    tests: ['test/http/checks.test.ts'],
    why: 'the words of an error go to the caller',
  },
];
