import type { SourceDefinition } from '../ports/source.ts';
import { downloadCentre } from './download-centre.ts';
import { file } from './file.ts';
import { folder, sample } from './folder.ts';

/** Every kind of source. A new one is a file and a line here. */
export const sources: readonly SourceDefinition[] = [downloadCentre, file, folder, sample];
