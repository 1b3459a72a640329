import { loadConfig } from '../../src/config/load.ts';
import { severities } from '../../src/core/notice.ts';
import { firstLine } from '../../src/messages/text.ts';
import { publicationsFolder } from '../support/real-publications.ts';
import { countNotices } from './count-notices.ts';

// Command: npm run -s bench:notices -- [--config FILE] [--answer DAYS] [--list] [FOLDER]
// Counts the notices that a config would have led to over a folder of publications, by kind and severity.

const words = process.argv.slice(2);
const settingOf = (name: string): string | undefined => {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words.splice(at, 2)[1];
};
const flag = (name: string): boolean => {
  const at = words.indexOf(name);
  if (at >= 0) words.splice(at, 1);
  return at >= 0;
};
const file = settingOf('--config') ?? 'service-tag-sync.example.json';
const days = settingOf('--answer');
const list = flag('--list');
const folder = words[0] ?? publicationsFolder();

const { config } = await loadConfig(file, () => new Date());
const { accepted, weeks, notices } = await countNotices({
  folder,
  config,
  ...(days === undefined ? {} : { hindsightDays: Number(days) }),
});
const print = (text: string): void => void process.stdout.write(`${text}\n`);
if (list)
  for (const notice of notices) print(`${notice.at.slice(0, 10)} ${notice.kind} ${firstLine(notice, config.instance)}`);
const perWeeks = (count: number): string => (count === 0 ? 'never' : `one in ${(weeks / count).toFixed(1)} weeks`);
print(`${accepted} publications, ${weeks} weeks, ${notices.length} notices (${perWeeks(notices.length)})`);
for (const severity of severities) {
  const of = notices.filter((notice) => notice.severity === severity);
  const kinds = Map.groupBy(of, ({ kind, key }) => (/reminder/.test(key) ? `${kind}, reminder` : kind));
  const parts = [...kinds].map(([kind, some]) => `${kind} ${some.length}`).join(', ');
  print(`${severity}: ${of.length} (${perWeeks(of.length)})${parts === '' ? '' : `: ${parts}`}`);
}
