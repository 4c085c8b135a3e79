/** @file Soups of files, with no recipe and no store: what the command line and scripts need. */
export { type AlignedFiles, type Alignment, alignFiles, verifyAlignment } from './alignment/index.js';
export { CERTIFICATE_KEY, readCertificate, type SoupCertificate, soupCertificate } from './certificate.js';
export { SoupError } from './errors.js';
export { type MethodEntry, type MethodOption, mixingMethods, type OptionKind } from './methods/index.js';
export {
  cookOnData,
  type DataMethod,
  type DataMethodName,
  type DataSoup,
  type DataSoupOptions,
  type DataSoupOrder,
  dataMethods,
  estimateStatistics,
  isDataMethod,
  type StatisticsOrder,
} from './on-data/index.js';
export { openThreads, type SoupOptions, type SoupOrder, type Workforce, writeSoup } from './streaming/index.js';
export { type Discrepancy, type Verification, verifySoup } from './verify-soup.js';
