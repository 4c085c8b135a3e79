export { openThreads, type Workforce } from './threads.js';
export { hashSoup, type SoupOptions, type SoupOrder, writeSoup } from './write-soup.js';
