import { measurePath } from '../connectivity/path.js';
import { accuracyOf, worthOf } from '../documents/measured-pool.js';
import { AnalysisError } from '../errors.js';
import { scoreOf } from '../mixtures/score.js';
import { equalShares, only } from '../mixtures/shares.js';
import type { CookedRun, CookedSoup } from '../subject/cooked-run.js';
import type { RunningOptions } from '../subject/files-subject.js';
import { assertCount, comparedModel, type Subject } from '../subject/pool-subject.js';
import {
  chosenModels,
  membersOf,
  openRunBenchmark,
  openRunSubject,
  type RunSubjectOptions,
  selectionOf,
  stockBaseline,
} from '../subject/run-subject.js';
import type { AnalysisPlace, ChosenSoup, KnownScores } from './place.js';

/** What is asked about in a cooked recipe. */
export interface RunQuestion {
  /** Names of models; left out, all ingredients that were scored. */
  readonly names?: readonly string[];
  /** A soup whose ingredients are meant, in place of names. */
  readonly soup?: string;
  /** Left out, the first that models were chosen on. */
  readonly benchmark?: string;
  /** A checkpoint in place of the recipe's stock. */
  readonly stock?: string;
}

export interface RunPlaceOptions extends RunningOptions, Pick<RunSubjectOptions, 'fresh'> {
  readonly onDoing?: (what: string, done: number, total: number) => void;
}

/** A cooked recipe as a place. What was evaluated when it was cooked is not evaluated again. */
export function runPlace(run: CookedRun, question: RunQuestion, running: RunPlaceOptions): AnalysisPlace {
  const { signal, onDoing } = running;
  const benchmark = () => question.benchmark ?? selectionOf(run);
  const asked = {
    ...(question.names === undefined ? {} : { names: question.names }),
    ...(question.soup === undefined ? {} : { soup: question.soup }),
  };
  /** What is meant where no examples are asked: scored or not. */
  const allMeant = () =>
    asked.names === undefined && asked.soup === undefined
      ? run.models.filter(({ makes }) => makes.model === 'ingredient').map(({ makes }) => run.poolModel(makes.name))
      : chosenModels(run, asked, '');
  return {
    signal,
    ...(onDoing === undefined ? {} : { onDoing }),
    async openPool({ least, most, anyOrigin = false }) {
      const subject = await openRunSubject(run, { ...running, ...asked, anyOrigin, benchmark: benchmark() });
      try {
        assertCount(subject.models, least, most);
      } catch (error) {
        await subject[Symbol.asyncDispose]();
        throw error;
      }
      return subject;
    },
    async baseline(metric) {
      const stock = run.stockOf(chosenModels(run, asked, benchmark()));
      return stock && (await stockBaseline(stock, await openRunBenchmark(run, benchmark()), metric));
    },
    costs() {
      const each = run.trainingSteps(chosenModels(run, asked, benchmark()));
      return each === null ? undefined : { unit: 'optimizer steps', each };
    },
    checkpoints() {
      return allMeant().map(({ name, step, output }) => {
        const path = run.path(step, output);
        if (path !== undefined) return { name, path };
        throw new AnalysisError(`${name} is an ensemble: it has no weights.`, 'Name models that have.');
      });
    },
    stock() {
      if (question.stock !== undefined) return { name: question.stock, path: question.stock };
      const stock = run.stockOf(allMeant());
      const path = stock === undefined ? undefined : run.path(stock, 'checkpoint');
      return stock === undefined || path === undefined ? null : { name: stock.makes.name, path };
    },
    async compared() {
      const names = question.names ?? [];
      const [first, second, ...others] = names;
      if (first === undefined || second === undefined || others.length > 0) {
        throw new AnalysisError(
          `Two models are compared, and ${names.length} ${names.length === 1 ? 'was' : 'were'} named.`,
          'Name two models of the cooked folder.',
        );
      }
      const name = question.benchmark ?? run.record.report[0] ?? '';
      const { answered, examined } = await openRunBenchmark(run, name);
      const of = async (model: string) => {
        const answers = answered(run.model(model));
        if (answers === undefined) {
          throw new AnalysisError(
            `${model} was not evaluated on ${name}.`,
            'Name another model, or another --benchmark.',
          );
        }
        return comparedModel(run.model(model).makes.name, await answers());
      };
      return { models: [await of(first), await of(second)], examined };
    },
    search: () => searchOf(run, question.names ?? (question.soup === undefined ? [] : [question.soup]), running),
  };
}

async function searchOf(run: CookedRun, names: readonly string[], running: RunPlaceOptions): Promise<ChosenSoup> {
  const soup = searchedSoup(run, names);
  const { name, facts, ingredients, rule } = soup;
  const { answered, examined } = await openRunBenchmark(run, soup.benchmark);
  const open = () => openRunSubject(run, { ...running, soup: name, searched: name, benchmark: soup.benchmark });
  return {
    ...{ name, rule, examined, method: facts.method, parameters: facts.parameters, trace: facts.trace },
    models: ingredients.map((model) => model.name),
    members: membersOf(facts.method, facts.coefficients),
    learningRates: run.learningRates(ingredients),
    async alone() {
      const scores: number[] = [];
      const correct: Uint8Array[] = [];
      for (const model of ingredients) {
        const answers = run.evaluated(model, soup.benchmark) === undefined ? undefined : answered(model.step);
        if (answers === undefined) {
          throw new AnalysisError(`${model.name} was not evaluated on ${soup.benchmark}.`, 'Cook the recipe again.');
        }
        const said = await answers();
        correct.push(comparedModel(model.name, said).correct);
        scores.push(accuracyOf(scoreOf(said), examined.rows));
      }
      return { scores, correct };
    },
    async barriers() {
      await using subject = await open();
      return await barriersToFirst(soup, subject);
    },
    async openScores(metric, evaluate): Promise<KnownScores> {
      const subject = await open();
      try {
        const count = subject.models.length;
        const scores: number[] = [];
        for (const index of subject.models.keys()) scores.push(await worthOf(subject, metric, only(index, count)));
        const hashes = subject.ingredients.map(({ hash }) => hash);
        return {
          scores,
          alike: hashes.map((hash) => hashes.indexOf(hash)),
          async find(wanted) {
            const shares = equalShares(wanted, count);
            const known = await subject.knownWorth(shares, metric);
            if (known !== undefined) return known;
            return evaluate ? await worthOf(subject, metric, shares) : null;
          },
          evaluations: subject.evaluations,
          [Symbol.asyncDispose]: async () => subject[Symbol.asyncDispose](),
        };
      } catch (error) {
        await subject[Symbol.asyncDispose]();
        throw error;
      }
    },
  };
}

type SearchedSoup = CookedSoup & { readonly benchmark: string; readonly rule: '>=' | '>' };

/** The one soup that `why` and `what-if` are asked about. Throws AnalysisError naming those that a search chose. */
function searchedSoup(run: CookedRun, names: readonly string[]): SearchedSoup {
  const [name, ...others] = names;
  const chosen = run.knownSoups.flatMap(({ soup }) => (soup.facts.trace.length > 0 ? [soup.name] : []));
  const advice =
    chosen.length === 0 ? 'Cook a recipe with a greedy soup first.' : `Name one that was: ${chosen.join(', ')}.`;
  if (name === undefined || others.length > 0) {
    throw new AnalysisError(
      name === undefined ? 'No soup was named.' : `One soup is asked about, and ${names.length} were named.`,
      advice,
    );
  }
  const soup = run.soup(name);
  const { rule, trace } = soup.facts;
  if (soup.benchmark === null || rule === null || trace.length === 0) {
    throw new AnalysisError(`${name} was not chosen from candidates: there is nothing that it turned down.`, advice);
  }
  return { ...soup, benchmark: soup.benchmark, rule };
}

/** Error barriers between the model that the soup began with and each that was turned down. */
async function barriersToFirst({ facts }: SearchedSoup, subject: Subject): Promise<(number | null)[]> {
  const first = facts.trace[0]?.index ?? 0;
  const rejected = new Set(facts.trace.filter(({ accepted }) => !accepted).map(({ index }) => index));
  const heights: (number | null)[] = subject.models.map((_, index) => (index === first ? 0 : null));
  for (const second of rejected) {
    const way = { first, second, count: subject.models.length };
    const options = subject.signal === undefined ? {} : { signal: subject.signal };
    heights[second] = (await measurePath(subject.score, way, options)).error.height;
  }
  return heights;
}
