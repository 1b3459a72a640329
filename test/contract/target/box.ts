/** Id of the target under test. */
export const BOX = 'box';

/** Its mark, where it is opened without the service. */
export const MARK = `test/${BOX}`;
