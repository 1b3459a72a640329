import { regionHint } from '../core/azure-regions.ts';
import { anyStorage, type KnownRegistry } from '../core/registry.ts';
import { listed, stopped } from './format.ts';
import { escapedMarkdown } from './markup.ts';
import type { MessageRenderers } from './text.ts';

/** Messages about registries. */
export const registryMessages: MessageRenderers<
  'registry-unreadable' | 'registry-readable' | 'registry-changed' | 'registry-without-tag'
> = {
  'registry-unreadable': (event) => ({
    severity: 'needs-you',
    qualifier: 'no hurry',
    headline: `the registry ${event.registry} cannot be read; its lists stay as they are.`,
    lines: [
      stopped(event.text),
      event.saysSince === undefined
        ? 'It was never read, so the content of its lists is unknown: targets of those lists are not written.'
        : `Its state of ${event.saysSince.slice(0, 10)} stays in force.`,
      'What to do: give the identity the role Reader on the registry, with `az role assignment create --assignee-object-id IDENTITY --assignee-principal-type ServicePrincipal --role Reader --scope RESOURCE`; or name its login server and regions by hand in the config. `npm run -s cli -- doctor` shows whether it can be read.',
      'If ignored: a new replica of it stays out of the lists, and clients that are routed there fail. This is reported once.',
    ],
  }),
  'registry-readable': (event) => ({
    severity: 'ok',
    headline: `the registry ${event.registry} can be read again; it was unreadable since ${event.since.slice(0, 10)}. Nothing to do.`,
    lines: [],
  }),
  'registry-changed': (event) => {
    const came = event.regionsAdded.length > 0 ? [`now has replicas in ${listed(event.regionsAdded)}`] : [];
    const left = event.regionsRemoved.length > 0 ? [`no longer has replicas in ${listed(event.regionsRemoved)}`] : [];
    return {
      severity: 'info',
      headline: `the registry ${event.registry} ${[...came, ...left].join(' and ')}; its lists follow. Nothing to do.`,
      lines: [
        ...(came.length > 0 ? ['New regions are allowed at once: the global endpoint may route to any replica.'] : []),
        ...(left.length > 0 ? ['Removed regions stay allowed until the clock or an operator releases them.'] : []),
        ...(event.dataEndpoints.length > 0 ? [`Its data endpoints are now ${listed(event.dataEndpoints)}.`] : []),
      ],
    };
  },
  'registry-without-tag': (event) => ({
    severity: 'needs-you',
    headline: `the registry ${event.registry} is in ${withHints(event.regions)}, for which the publication in force has no tag.`,
    lines: [
      'What to do: check whether a newer publication has one: `npm run -s cli -- advise` shows what is missing and the names to allow. If clients must reach that region by address, add its prefixes to the list yourself, or give them rules by name.',
      'If ignored: clients that are routed to that region fail where only the list lets them through.',
    ],
  }),
};

/** Where image layers come from, in words: it decides what clients must reach beside the login server. */
export function layersText(dataEndpoints: readonly string[], cloud: string): string {
  return dataEndpoints.length > 0
    ? `image layers come from its dedicated data endpoints, ${dataEndpoints.join(', ')}: which service tag has their addresses is not documented, so give clients rules by name for them as well`
    : `image layers come from ${anyStorage[cloud]}, the Storage of its regions, which all tenants share: its dedicated data endpoints are off`;
}

/** What the notices of registries told once, for as long as it is so. */
export function registryTroubles(registries: readonly KnownRegistry[]): string[] {
  return registries.flatMap(({ name, withoutTag, unreadable }) => [
    ...(withoutTag.length > 0
      ? [
          `The registry ${name} is in ${withHints(withoutTag)}, for which the publication in force has no tag: those addresses are in no list. \`advise\` shows the names to allow.`,
        ]
      : []),
    ...(unreadable === undefined
      ? []
      : [
          `The registry ${name} cannot be read since ${unreadable.since.slice(0, 10)}, and its lists stay as they are: \`doctor\` says why.`,
        ]),
  ]);
}

/** Regions, each that is misspelt with the one that is probably meant. */
function withHints(regions: readonly string[]): string {
  return listed(
    regions.map((region) => {
      const hint = regionHint(region);
      return hint === '' ? region : `${region} (${hint})`;
    }),
  );
}

/** The input of the report, as GET /api/registries returns it. */
interface AdviceReport {
  readonly at: string;
  readonly registries: readonly {
    readonly name: string;
    readonly registry?: {
      readonly loginServer: string;
      readonly regions: readonly string[];
      readonly dataEndpoints: readonly string[];
      readonly settings?: { readonly tier: string };
    };
    readonly withoutTag: readonly string[];
    readonly unreadable?: { readonly since: string; readonly text: string };
    readonly lists: readonly { readonly list: string; readonly part: string }[];
    readonly hosts: readonly string[];
  }[];
  readonly readiness: readonly {
    readonly registry: string;
    readonly target: string;
    readonly ready: boolean;
    readonly text: string;
  }[];
  readonly advice: readonly {
    readonly rule: string;
    readonly weight: 'do' | 'consider' | 'know' | 'refuse';
    readonly registry?: string;
    readonly list?: string;
    readonly target?: string;
    readonly text: string;
    readonly commands: readonly string[];
  }[];
}

const chapters = [
  ['refuse', 'Do not build on this'],
  ['do', 'To do'],
  ['consider', 'Better ways'],
  ['know', 'Good to know'],
] as const;

/** Registries and advice as Markdown, for a change ticket. */
export function adviceMarkdown({ at, registries, readiness, advice }: AdviceReport): string {
  const blocks = [
    '# Registries and advice',
    `As of ${at}.`,
    registries.length === 0 ? 'The config names no registry.' : '',
    ...registries.map(registryBlock),
    ...(readiness.length > 0 ? ['## Ready for dedicated data endpoints?', table(readiness)] : []),
    ...chapters.flatMap(([weight, title]) => {
      const own = advice.filter((one) => one.weight === weight);
      return own.length === 0 ? [] : [`## ${title}`, ...own.map(adviceBlock)];
    }),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function registryBlock({
  name,
  registry,
  withoutTag,
  unreadable,
  lists,
  hosts,
}: AdviceReport['registries'][number]): string {
  const facts = [
    unreadable && `Cannot be read since ${unreadable.since}: ${unreadable.text}`,
    registry && `Login server ${registry.loginServer}${registry.settings ? `, tier ${registry.settings.tier}` : ''}`,
    registry && `Regions: ${registry.regions.join(', ')}`,
    withoutTag.length > 0 && `No tag for: ${withoutTag.join(', ')}`,
    registry && `Dedicated data endpoints: ${registry.dataEndpoints.join(', ') || withoutEndpoints(registry)}`,
    `Lists: ${lists.map(({ list, part }) => `${list} (${part})`).join(', ') || 'none'}`,
  ].filter((fact) => typeof fact === 'string');
  // As code: a `*.` of a name must be readable, and copied, as it is.
  const needed = hosts.map((host) => (/^[\w.*-]+$/.test(host) ? `\`${host}\`` : escapedMarkdown(host))).join(', ');
  const lines = [
    ...facts.map(escapedMarkdown),
    ...(hosts.length > 0 ? [`Host names a client needs: ${needed}`] : []),
    ...(registry ? hostsExplained(registry.loginServer, hosts) : []),
  ];
  return `## ${escapedMarkdown(name)}\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

/** What a client asks of each host name. Source: "Configure rules to access an Azure container registry behind a firewall", learn.microsoft.com. */
function hostsExplained(loginServer: string, hosts: readonly string[]): string[] {
  const domain = loginServer.slice(loginServer.indexOf('.') + 1);
  const layers = hosts.filter((host) => host !== domain && host !== loginServer);
  if (!hosts.includes(domain) || layers.length === 0) return [];
  const shared = layers.some((host) => host.startsWith('*.')) ? ', the storage accounts of every tenant' : '';
  return [
    `The login server answers logins and manifests, \`${domain}\` is asked for certificates, and layers of images come from ${layers.length === 1 ? 'the other' : 'the others'}${shared}`,
  ];
}

/** Only its resource says that they are off; of a registry by hand nobody has said so. */
function withoutEndpoints({ settings }: { readonly settings?: object }): string {
  return settings === undefined
    ? 'not known, since it was entered by hand and names none; az acr show-endpoints lists those that are on, for dataEndpoints of the config'
    : 'off';
}

function table(readiness: AdviceReport['readiness']): string {
  return [
    '| registry | target | ready | why |',
    '|---|---|---|---|',
    ...readiness.map(
      ({ registry, target, ready, text }) =>
        `| ${registry} | ${target} | ${ready ? 'yes' : 'no'} | ${escapedMarkdown(text)} |`,
    ),
  ].join('\n');
}

function adviceBlock({ rule, text, commands }: AdviceReport['advice'][number]): string {
  const lines = commands.length === 0 ? '' : `\n\n\`\`\`sh\n${commands.join('\n')}\n\`\`\``;
  return `**${rule}**: ${escapedMarkdown(text)}${lines}`;
}
