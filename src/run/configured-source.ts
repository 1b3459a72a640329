import type { LoadedConfig } from '../config/parse.ts';
import type { Kinds } from '../config/schema.ts';
import type { Source } from '../ports/source.ts';
import { readPublicationFile } from '../sources/publication-files.ts';
import type { Settings } from './settings.ts';

/** The configured source, or the one file that the settings put in its place. */
export async function configuredSource(settings: Settings, { config }: LoadedConfig, kinds: Kinds): Promise<Source> {
  const context = { cloud: config.cloud, now: settings.now };
  const { publication } = settings;
  if (publication) {
    return {
      async *candidates() {
        yield await readPublicationFile(publication.path, publication.via, context);
      },
    };
  }
  const { kind, settings: own } = config.source;
  const definition = kinds.sources.find((one) => one.kind === kind);
  if (!definition) throw new Error(`the source is of kind ${kind}, which this version does not know`);
  return definition.open(own, context);
}
