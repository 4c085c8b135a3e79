import { Facts } from '@/components/ui/facts';
import { meanFacts, measureText } from '@/features/soup-analysis/mean-facts';
import { count, percent } from '@/lib/format';
import type { ContentOf, Subjects } from './content';
import { HeatTable } from './heat-table';
import { nats } from './nats-text';

type Diversity = ContentOf<'PoolDiversity'>;

/** How differently models err, see and lie, pair by pair, and what that lets one hope of their soup. */
export function PoolDiversity({ content, subjects }: { content: Diversity; subjects: Subjects }) {
  const { pairs, mean, predictedGain, featureExamples } = content;
  return (
    <div className="space-y-6">
      <div className="grid gap-6 lg:grid-cols-2">
        <PairMatrix
          title="Disagreement: one alone is right, %"
          values={pairs.disagreement}
          content={content}
          subjects={subjects}
          text={(value) => percent(value, 1)}
        />
        <PairMatrix
          title="Correlation of errors, φ"
          values={pairs.errorCorrelation}
          content={content}
          subjects={subjects}
          text={(value) => value.toFixed(2)}
        />
        {pairs.cka.some((value) => value !== null) ? (
          <PairMatrix
            title={`Likeness of features: CKA on ${count(featureExamples)} examples`}
            values={pairs.cka}
            content={content}
            subjects={subjects}
            text={(value) => value.toFixed(3)}
          />
        ) : null}
        {pairs.angle.some((value) => value !== null) ? (
          <PairMatrix
            title="Angle at the stock, degrees"
            values={pairs.angle}
            content={content}
            subjects={subjects}
            text={(value) => degrees(value)}
          />
        ) : null}
      </div>
      <div className="max-w-2xl">
        <Facts
          facts={[
            ...meanFacts(mean),
            {
              name: 'Predicted gain of the soup of all, if it answers as their ensemble',
              value: `${nats(predictedGain.logLikelihood)} nats`,
            },
            { name: 'Spread of the ways from the stock', value: measureText(predictedGain.spread) },
          ]}
        />
      </div>
    </div>
  );
}

export function degrees(radians: number): string {
  return ((radians * 180) / Math.PI).toFixed(1);
}

function PairMatrix(props: {
  title: string;
  values: readonly (number | null)[];
  content: Diversity;
  subjects: Subjects;
  text: (value: number) => string;
}) {
  const { title, values, content, subjects, text } = props;
  const { first, second } = content.pairs;
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const places = new Map(first.map((one, place) => [`${one} ${second[place]}`, place]));
  const at = (row: number, column: number) =>
    values[places.get(`${Math.min(row, column)} ${Math.max(row, column)}`) ?? -1] ?? null;
  return (
    <div className="min-w-0">
      <h3 className="mb-2 text-sm font-medium">{title}</h3>
      <HeatTable
        label={`${title}, of each two models`}
        corner="Model"
        columns={subjects.map((_, place) => String(place + 1))}
        rows={subjects.map(({ name }, row) => ({
          name: `${row + 1} ${name}`,
          cells: subjects.map((_, column) => {
            const value = row === column ? null : at(row, column);
            // More of the one colour is more of the measure: whether that is good is for the reader.
            return value === null
              ? { text: row === column ? '–' : 'none', shade: null }
              : { text: text(value), shade: -(value - low) / span };
          }),
        }))}
      />
    </div>
  );
}
