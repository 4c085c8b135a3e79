import Link from 'next/link';
import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import type { AnalysisLineFragment } from '@/gql/graphql';
import { routes } from '@/lib/routes';
import { Examined } from './analysis-panel';

/** Analyses by name, each with its question, its models and its examples. */
export function AnalysisList({ slug, analyses }: { slug: string; analyses: readonly AnalysisLineFragment[] }) {
  return (
    <Table spacing="flush" label="Analyses">
      <TableHead className="whitespace-nowrap">
        <HeadCell>Analysis</HeadCell>
        <HeadCell hideBelow="sm">Of</HeadCell>
        <HeadCell hideBelow="md">Taken on</HeadCell>
      </TableHead>
      <tbody>
        {analyses.map((analysis) => (
          <Row key={analysis.id} className="align-top">
            <RowHead>
              <Link href={routes.analysis(slug, analysis.id)} className="font-medium hover:text-accent">
                {analysis.question}
              </Link>
              <span className="block font-mono text-xs text-muted">{analysis.name}</span>
              <span className="mt-1 block text-xs text-muted md:hidden">
                <Examined analysis={analysis} />
              </span>
            </RowHead>
            <Cell hideBelow="sm" quiet>
              {subjectsText(analysis.subjects)}
            </Cell>
            <Cell hideBelow="md" quiet className="text-xs">
              <Examined analysis={analysis} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

const MOST_NAMED = 4;

/** "ft-00, ft-01", or "ft-00, ft-01, ft-02, ft-03 and 5 more". */
function subjectsText(subjects: AnalysisLineFragment['subjects']): string {
  const names = subjects.slice(0, MOST_NAMED).map(({ name }) => name);
  const more = subjects.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
