import type { SoupCertificate } from '@stockpot/engine/soups';
import { printable } from '../printable.js';
import { size, whole } from '../progress/format.js';

/** What a soup was made of and where it lies. */
export function report(title: string, output: string, certificate: SoupCertificate): string {
  const { ingredients, base, mixing, coefficients, tensors, notes, seed } = certificate;
  const inputs = base === null ? ingredients : [...ingredients, base];
  const bytes = Object.values(tensors).reduce((sum, tensor) => sum + tensor.bytes, 0);
  const lines = inputs.map(({ name, content }, index) => {
    const share = mixing === 'nominal' ? '' : `  × ${Number(coefficients[index]?.toPrecision(6))}`;
    return `  ${printable(name)}${index === ingredients.length ? ' (stock)' : ''}${share}  sha256 ${content.slice(0, 12)}…`;
  });
  const drawn = seed === null ? '' : `, seed ${seed}`;
  const means = mixing === 'by tensor' ? ', coefficients the mean over all weights' : '';
  return [
    `${title} of ${whole(ingredients.length)}${drawn}${means}:`,
    ...lines,
    `${output}: ${whole(Object.keys(tensors).length)} tensors, ${size(bytes)}, with its certificate. Check it with stockpot verify ${output}`,
    ...notes.map((note) => `Note: ${note}`),
    '',
  ].join('\n');
}
