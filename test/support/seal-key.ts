/** What stores of the tests seal with. */
export const testSealKey = 'a-key-that-seals-what-tests-store';
