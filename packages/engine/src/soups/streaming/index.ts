export { hashSoup } from './hash-soup.js';
export { mixInMemory } from './mix-in-memory.js';
export { openThreads, type Workforce } from './threads.js';
export { type SoupOptions, type SoupOrder, writeSoup } from './write-soup.js';
