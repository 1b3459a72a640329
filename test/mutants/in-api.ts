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
    find: 'const principal = signIn.easyAuth ? principalOf(request) : undefined;',
    replace: 'const principal = principalOf(request);',
    tests: ['test/http/access.test.ts'],
    why: 'where nothing vouches for the header, anybody may write it',
  },
  {
    name: 'sign-in-misspelt',
    file: 'src/run/settings.ts',
    find: 'if (given === undefined || words.includes(given)) return given;',
    replace: 'return given;',
    tests: ['test/http/access.test.ts'],
    why: 'a misspelt setting leaves function keys valid where a sign-in should be required',
  },
  {
    name: 'sign-in-without-easy-auth',
    file: 'src/run/settings.ts',
    find: 'if (required && !easyAuth) {',
    replace: 'if (required && env.NEVER) {',
    tests: ['test/http/access.test.ts'],
    why: 'a sign-in is required that nothing checks',
  },
  {
    name: 'easy-auth-off-unnoticed',
    file: 'src/run/settings.ts',
    find: 'switchedOff: easyAuth && !platformSignsIn(env) }',
    replace: 'switchedOff: false }',
    tests: ['test/http/access.test.ts'],
    why: 'after Easy Auth was switched off, a forged header is an approver',
  },
  {
    name: 'role-of-feeds-unread',
    file: 'src/http/access.ts',
    find: 'may: mayCall(route.role, principal.roles) }',
    replace: 'may: true }',
    tests: ['test/http/access.test.ts'],
    why: 'any sign-in pulls every feed',
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
];
