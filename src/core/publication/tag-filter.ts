import { regionOf } from './catalog.ts';

/** Which tags are asked for; all that are not named here are. */
export interface TagFilter {
  /** Full name, `*` for any text: `Storage.WestUS`, `Storage.*`. */
  readonly tag?: string | undefined;
  /** What follows the dot: `WestUS`. */
  readonly region?: string | undefined;
}

/** Whether a tag is one of those asked for. Publications spell names in more than one way: case makes no difference. */
export function tagFilter({ tag, region }: TagFilter): (name: string) => boolean {
  const parts = tag?.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'));
  const pattern = parts && new RegExp(`^${parts.join('.*')}$`, 'i');
  const place = region?.toLowerCase();
  return (name) =>
    (pattern === undefined || pattern.test(name)) && (place === undefined || regionOf(name)?.toLowerCase() === place);
}
