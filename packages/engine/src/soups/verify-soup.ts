import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type CheckpointReader, openCheckpoint } from '../checkpoints/open-checkpoint.js';
import { sha256Hex } from '../json.js';
import { ARCHITECTURE_KEY } from '../models/metadata.js';
import {
  type CertifiedInput,
  contentOf,
  equalNumbers,
  parseCertificate,
  readCertificate,
  type SoupCertificate,
} from './certificate.js';
import { effectiveProblems, type KnownCertificate } from './effective-problems.js';
import { SoupError } from './errors.js';
import { choiceProblem } from './on-data/choice-problem.js';
import { type HashedSoup, hashSoup } from './streaming/hash-soup.js';
import { hashCheckpointTensors, hashFiles } from './streaming/hash-tensors.js';

/** One thing that is not as the certificate says. */
export interface Discrepancy {
  /** The tensor at fault; null where it is an input or the file as a whole. */
  readonly tensor: string | null;
  /** A sentence. */
  readonly message: string;
}

export interface Verification {
  readonly certificate: SoupCertificate;
  /** Empty: the file is what its certificate says. */
  readonly discrepancies: readonly Discrepancy[];
  /** Whether the soup was cooked again from its ingredients, or only held against its certificate. */
  readonly cookedAgain: boolean;
  /** Soups that it was made of whose certificates are not there: what models inside of them count was not computed again. */
  readonly unchecked: readonly string[];
}

/**
 * Holds a soup against its certificate; with its ingredients (and stock), in any order, also cooks it again in memory and
 * compares tensor by tensor. What models count that its ingredients were made of is computed again from the certificates of
 * these, which lie in them or are given. Throws SoupError for a soup without a certificate and for files that are not the ingredients;
 * CheckpointError for what cannot be read.
 *
 * @param apart where the certificate lies, if not in the soup: those that recipes cook have theirs apart
 * @param nested where the certificates of soups among its ingredients, and of what these were made of, lie apart
 */
export async function verifySoup(
  path: string,
  given: readonly string[] = [],
  apart: string | null = null,
  nested: readonly string[] = [],
): Promise<Verification> {
  await using soup = await openCheckpoint(path);
  const certificate = apart === null ? readCertificate(soup.metadata) : await certificateAt(apart);
  if (certificate === null) {
    throw new SoupError(
      `${path} has no certificate in it that can be read.`,
      'Of a soup that a recipe cooked, name the certificate, which lies apart: --certificate FILE. Others have one if stockpot soup made them.',
    );
  }
  const found = await hashCheckpointTensors(soup);
  const choice = await choiceProblem(certificate);
  const inputs = await openGiven(given);
  const beside: KnownCertificate[] = [];
  for (const path of nested) {
    const known = await certificateAt(path);
    if (known.content !== undefined) beside.push({ content: known.content, certificate: known, within: false });
  }
  const effective = effectiveProblems(certificate, [...inputs.certificates, ...beside]);
  const tensors = [...compareNames(soup, certificate), ...compare(found, certificate.tensors, 'its certificate')];
  const discrepancies = [
    ...tensors,
    ...(tensors.length > 0 ? [] : await compareContent(soup, certificate)),
    ...(choice === null ? [] : [{ tensor: null, message: choice }]),
    ...compareDescription(soup, certificate),
    ...effective.problems.map((message) => ({ tensor: null, message })),
  ];
  const { unchecked } = effective;
  if (given.length === 0) return { certificate, discrepancies, cookedAgain: false, unchecked };
  const again = await hashSoup({
    method: certificate.method,
    parameters: certificate.parameters,
    seed: certificate.seed ?? 0,
    ...findInputs(certificate, inputs.byContent),
  });
  const recooked = compare(found, again.tensors, 'what its ingredients give');
  const told = new Set(discrepancies.map(({ tensor }) => tensor));
  return {
    certificate,
    discrepancies: [
      ...discrepancies,
      ...recooked.filter(({ tensor }) => !told.has(tensor)),
      ...compareShares(certificate, again),
    ],
    cookedAgain: true,
    unchecked,
  };
}

/** Throws SoupError for a file that is not there, or no certificate. */
async function certificateAt(path: string): Promise<SoupCertificate> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const certificate = parseCertificate(text);
  if (certificate !== null) return certificate;
  throw new SoupError(
    text === undefined ? `${path}: there is no certificate to read.` : `${path} is no certificate of a soup.`,
    'Name the output `certificate` of the step that cooked the soup, or the file that stockpot soup wrote beside it.',
  );
}

/** The hash that stands for a checkpoint in certificates. */
async function contentAt({ folder, weights }: CheckpointReader['located']): Promise<string> {
  const hashes = await hashFiles(weights.map((name) => resolve(folder, name)));
  return contentOf(hashes.map((sha256) => ({ name: '', bytes: 0, sha256 })));
}

/** The given files by their hashes, and the certificates of those that are soups. */
async function openGiven(given: readonly string[]) {
  const byContent = new Map<string, string>();
  const certificates: KnownCertificate[] = [];
  for (const path of given) {
    await using reader = await openCheckpoint(path);
    const content = await contentAt(reader.located);
    byContent.set(content, path);
    const certificate = readCertificate(reader.metadata);
    if (certificate !== null) certificates.push({ content, certificate, within: true });
  }
  return { byContent, certificates };
}

/** Which of the given files each input of the certificate is, by their hashes. */
function findInputs({ ingredients, base, statistics }: SoupCertificate, byContent: ReadonlyMap<string, string>) {
  const pathOf = ({ name, content }: CertifiedInput) => {
    const path = byContent.get(content);
    if (path !== undefined) return path;
    throw new SoupError(
      `None of the given files is the ingredient ${name} of the certificate, whose hash is ${content.slice(0, 12)}….`,
      'Give all ingredients, the stock if there is one, and the measurements that it was mixed by, as they were when it was cooked.',
    );
  };
  return {
    ingredients: ingredients.map(pathOf),
    base: base === null ? null : pathOf(base),
    ...(statistics === undefined ? {} : { measured: statistics.map(pathOf) }),
  };
}

/** What a soup says of itself beside its tensors decides what these mean; its certificate, which lies apart, has the file's hash. */
async function compareContent({ located }: CheckpointReader, { content }: SoupCertificate): Promise<Discrepancy[]> {
  if (content === undefined || content === (await contentAt(located))) return [];
  return [
    { tensor: null, message: 'The file is not the one that was cooked: beside its tensors it says something else.' },
  ];
}

/** What each input counts follows from the method, its parameters and the inputs. */
function compareShares({ mixing, coefficients, shares = {} }: SoupCertificate, again: HashedSoup): Discrepancy[] {
  const rows = again.shares ?? {};
  const names = new Set([...Object.keys(shares), ...Object.keys(rows)]);
  // Certificates of Model Stock once said that its weights are nominal, which says nothing that could be wrong.
  if (mixing === 'nominal' && again.mixing === 'by tensor' && Object.keys(shares).length === 0) return [];
  const fits =
    mixing === again.mixing &&
    equalNumbers(coefficients, again.coefficients) &&
    [...names].every((name) => equalNumbers(shares[name], rows[name]));
  if (fits) return [];
  return [
    {
      tensor: null,
      message: `Its certificate says that its inputs count ${coefficients.join(', ')}, where by its method and parameters they count ${again.coefficients.join(', ')}${names.size === 0 ? '' : ', and of each tensor what that gives'}.`,
    },
  ];
}

function compareNames(soup: CheckpointReader, { tensors }: SoupCertificate): Discrepancy[] {
  const added = [...soup.tensors.keys()].filter((name) => !Object.hasOwn(tensors, name));
  return added.map((name) => ({ tensor: name, message: `Tensor ${JSON.stringify(name)} is not in its certificate.` }));
}

/** Statistics that were measured lie in the description of the model, not in tensors. */
function compareDescription({ metadata }: CheckpointReader, { measured }: SoupCertificate): Discrepancy[] {
  if (measured === undefined || sha256Hex(metadata.get(ARCHITECTURE_KEY) ?? '') === measured.description) return [];
  return [
    { tensor: null, message: 'The running statistics of its batch normalisation are not those of its certificate.' },
  ];
}

type Hashes = SoupCertificate['tensors'];

function compare(found: Hashes, expected: Hashes, whose: string): Discrepancy[] {
  return Object.entries(expected).flatMap(([name, { sha256 }]) => {
    const own = Object.hasOwn(found, name) ? found[name]?.sha256 : undefined;
    if (own === sha256) return [];
    const shown = `Tensor ${JSON.stringify(name)}`;
    if (own === undefined) return [{ tensor: name, message: `${shown} is missing from the file.` }];
    return [
      {
        tensor: name,
        message: `${shown} has the hash ${own.slice(0, 12)}…, where ${whose} says ${sha256.slice(0, 12)}….`,
      },
    ];
  });
}
