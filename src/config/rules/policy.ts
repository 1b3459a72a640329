import { isObject } from '../../core/json.ts';
import type { TagPolicy } from '../../core/judge/policy.ts';
import { nearest } from '../../core/nearest.ts';
import type { Rule } from './rule.ts';

/** Overrides for a tag that no list selects do nothing; most often the name is misspelt. */
export const policyTags: Rule = function* (draft) {
  const selected = new Set([...draft.lists.values()].flatMap((list) => list.tags));
  // Which regions a registry is in is known only when it is read.
  const follows = [...draft.lists.values()].some((list) => list.registries.length > 0);
  for (const tag of Object.keys(draft.policyTags)) {
    if (selected.has(tag) || (follows && /^(AzureContainerRegistry|Storage)\./.test(tag))) continue;
    yield {
      severity: 'note',
      path: ['policy', 'tags', tag],
      expected: 'a tag that some list selects',
      got: `"${tag}"`,
      hint: nearest(tag, selected) || 'these settings have no effect',
    };
  }
};

/** What may go in where a safeguard of the policy is off, and nobody is asked. */
const letIn = {
  gainQuestionPrivateRange: 'a slip in the file can allow private networks',
  gainQuestionOtherRegion: "regions that were mixed up let another region's addresses in",
  gainQuestionOtherService: "services that were mixed up let another service's addresses in",
  fileQuestionOlderTag: 'old content lets ranges in that Azure has given up since',
  parentsCount: 'a typing error or a forged entry lets addresses in that are not of Azure',
} satisfies { readonly [K in keyof TagPolicy]?: string };

/** A safeguard that is off is worth a note: what it kept out goes in without a question. */
export const safeguards: Rule = function* ({ policy, policyTags }) {
  const places = [
    { path: ['policy'], settings: policy, instead: '; name the tags that need it in `tags` instead' },
    ...Object.entries(policyTags).map(([tag, settings]) => ({ path: ['policy', 'tags', tag], settings, instead: '' })),
  ];
  for (const { path, settings, instead } of places) {
    for (const [setting, what] of Object.entries(letIn)) {
      if (!isObject(settings) || settings[setting] !== false) continue;
      yield {
        severity: 'note',
        path: [...path, setting],
        expected: 'true',
        got: 'false',
        hint: `${what}, and nobody is asked${instead}`,
      };
    }
  }
};
