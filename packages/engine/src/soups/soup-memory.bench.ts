/** @file Prints the peak of resident memory, in MB, of a process that cooks a uniform soup: OUTPUT INGREDIENT… */
import { writeSoup } from './streaming/index.js';

const [output = '', ...ingredients] = process.argv.slice(2);
await writeSoup({ method: 'uniform', ingredients, output });
console.log(process.resourceUsage().maxRSS / 1024);
