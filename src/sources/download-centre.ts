import type { Source, SourceContext, SourceDefinition } from '../ports/source.ts';
import { type DownloadCentreConfig, downloadSchema } from './download-schema.ts';

export const downloadCentre: SourceDefinition<DownloadCentreConfig> = {
  kind: 'download-centre',
  summary: "Microsoft's download centre: the details page, the links on it, the latest file, a mirror of your own.",
  schema: downloadSchema,
  async open(config: DownloadCentreConfig, context: SourceContext): Promise<Source> {
    const { openDownloadChain } = await import('./download-chain.ts');
    return openDownloadChain(config, context);
  },
};
