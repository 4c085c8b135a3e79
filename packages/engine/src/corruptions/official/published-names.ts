/** Corruptions of ImageNet-C and CIFAR-C that were published to test on; those after them were to validate on. */
const TESTED_ON = 15;

/** The names of a suite's official files: the generated suite's, with the frost that is made of photographs. */
export function publishedNames(generated: object): { readonly required: string[]; readonly optional: string[] } {
  const names = Object.keys(generated).map((name) => (name === 'synthetic_frost' ? 'frost' : name));
  return { required: names.slice(0, TESTED_ON), optional: names.slice(TESTED_ON) };
}
