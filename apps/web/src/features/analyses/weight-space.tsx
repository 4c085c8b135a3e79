import { percent } from '@/lib/format';
import type { ContentOf, Subjects } from './content';
import { extentOf, HeatTable } from './heat-table';
import { degrees } from './pool-diversity';

type Geometry = ContentOf<'WeightSpace'>['whole'];

/** How far each layer of each model went from the stock, and how far apart the ways are. */
export function WeightSpace({ content, subjects }: { content: ContentOf<'WeightSpace'>; subjects: Subjects }) {
  const { stockName, whole, layers, missingInStock } = content;
  const names = subjects.map(({ name }) => name);
  const all = { ...whole, layer: 'all weights' };
  if (stockName === null || whole.fromStock === null) {
    return <Between geometries={[...layers, all]} names={names} strong={all.layer} />;
  }
  const extent = extentOf([...layers, whole].flatMap(({ fromStock }) => fromStock?.relativeDistances ?? []));
  return (
    <div className="space-y-6">
      <div className="grid gap-6 xl:grid-cols-2">
        <div className="min-w-0">
          <h3 className="mb-2 text-sm font-medium">Distance to {stockName}, % of its length</h3>
          <HeatTable
            label={`Distance of each layer of each model to ${stockName}, in per cent of the length of that layer`}
            corner="Layer"
            columns={names}
            rows={[...layers, all].map(({ layer, fromStock }) => ({
              name: layer,
              strong: layer === all.layer,
              cells: names.map((_, place) => {
                const value = fromStock?.relativeDistances[place] ?? null;
                return value === null
                  ? { text: 'new', shade: null }
                  : { text: percent(value, 1), shade: value / extent };
              }),
            }))}
          />
        </div>
        {names.length < 2 ? null : (
          <div className="min-w-0">
            <h3 className="mb-2 text-sm font-medium">Angle at {stockName} between the ways of two models, degrees</h3>
            <Angles geometries={[...layers, all]} strong={all.layer} />
          </div>
        )}
      </div>
      {missingInStock.length > 0 ? (
        <p className="max-w-3xl text-xs text-muted">
          {stockName} has no {missingInStock.join(', ')}: these count between models only.
        </p>
      ) : null}
    </div>
  );
}

/** Smallest, mean and largest angle over the pairs. */
function Angles({ geometries, strong }: { geometries: readonly Geometry[]; strong: string }) {
  const columns = ['smallest', 'mean', 'largest'];
  return (
    <HeatTable
      label="Angles at the stock by layer: the smallest, the mean and the largest over pairs of models"
      corner="Layer"
      columns={columns}
      rows={geometries.map(({ layer, fromStock }) => {
        const angles = pairsOf(fromStock?.angles ?? []);
        const mean = angles.reduce((sum, angle) => sum + angle, 0) / angles.length;
        const values = angles.length === 0 ? [] : [Math.min(...angles), mean, Math.max(...angles)];
        return {
          name: layer,
          strong: layer === strong,
          cells: columns.map((_, place) => {
            const value = values[place];
            return value === undefined
              ? { text: 'none', shade: null }
              : { text: degrees(value), shade: -Math.min(1, value / (Math.PI / 2)) };
          }),
        };
      })}
    />
  );
}

/** Of models without a stock there are only the distances to each other. */
function Between(props: { geometries: readonly Geometry[]; names: readonly string[]; strong: string }) {
  const { geometries, names, strong } = props;
  const values = geometries.map(({ layer, distancesBetween }) => ({ layer, distances: pairsOf(distancesBetween) }));
  return (
    <div className="max-w-2xl">
      <h3 className="mb-2 text-sm font-medium">No stock is known: distance between each two models, ‖θ − θ′‖</h3>
      <HeatTable
        label={`Distances between ${names.join(', ')} by layer: the smallest and the largest over pairs`}
        corner="Layer"
        columns={['smallest', 'largest']}
        rows={values.map(({ layer, distances }) => ({
          name: layer,
          strong: layer === strong,
          cells: (distances.length === 0 ? [] : [Math.min(...distances), Math.max(...distances)]).map((value) => ({
            text: value.toFixed(3),
            shade: null,
          })),
        }))}
      />
    </div>
  );
}

/** What stands above the diagonal. */
function pairsOf(matrix: readonly (readonly (number | null)[] | null)[]): number[] {
  return matrix.flatMap((row, i) => (row ?? []).slice(i + 1).flatMap((value) => value ?? []));
}
