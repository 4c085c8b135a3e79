import { Facts } from '@/components/ui/facts';
import { percent } from '@/lib/format';
import { type ContentOf, namesAt, type Subjects } from './content';
import { extentOf, HeatTable } from './heat-table';
import { nats } from './nats-text';

/** The barriers between all models of a pool, in the order of their clusters, and who shares a basin with whom. */
export function BarrierMatrix({ content, subjects }: { content: ContentOf<'BarrierMatrix'>; subjects: Subjects }) {
  const { order, lossBarriers, errorBarriers, basins, tolerance, merges, points } = content;
  const groups = [...new Set(basins)].map((basin) => order.filter((place) => basins[place] === basin));
  return (
    <div className="space-y-6">
      <p className="max-w-3xl text-sm">
        {groups.length === 1
          ? `All ${subjects.length} share one basin: no two are parted by more than ${percent(tolerance)} points of error on average.`
          : `${groups.length} basins at a tolerance of ${percent(tolerance)} points of error: ${groups.map((places) => namesAt(subjects, places)).join('; ')}.`}
      </p>
      <div className="grid gap-6 lg:grid-cols-2">
        <Matrix title="Loss barrier, nats" values={lossBarriers} order={order} subjects={subjects} text={nats} />
        <Matrix
          title="Error barrier, points"
          values={errorBarriers}
          order={order}
          subjects={subjects}
          text={(value) => percent(value)}
        />
      </div>
      <div className="max-w-3xl">
        <h3 className="mb-2 text-sm font-medium">Clusters: mean loss barrier at which they join, nats</h3>
        <Facts
          facts={merges.map(({ left, right, height }) => ({
            name: `${namesAt(subjects, left)} with ${namesAt(subjects, right)}`,
            value: nats(height),
          }))}
        />
        <p className="mt-3 text-xs text-muted">{points} points on each line, both models included.</p>
      </div>
    </div>
  );
}

function Matrix(props: {
  title: string;
  values: readonly (readonly number[])[];
  order: readonly number[];
  subjects: Subjects;
  text: (value: number) => string;
}) {
  const { title, values, order, subjects, text } = props;
  const extent = extentOf(values.flat());
  const at = (row: number, column: number) => values[row]?.[column] ?? 0;
  return (
    <div className="min-w-0">
      <h3 className="mb-2 text-sm font-medium">{title}</h3>
      <HeatTable
        label={`${title}, between each two models`}
        corner="Model"
        columns={order.map((_, place) => String(place + 1))}
        rows={order.map((row, place) => ({
          name: `${place + 1} ${namesAt(subjects, [row])}`,
          cells: order.map((column) =>
            row === column
              ? { text: '–', shade: null }
              : { text: text(at(row, column)), shade: at(row, column) / extent },
          ),
        }))}
      />
    </div>
  );
}
