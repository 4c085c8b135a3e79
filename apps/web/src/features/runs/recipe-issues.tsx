import { TriangleAlert } from 'lucide-react';
import { Card } from '@/components/ui/card';

/** Why a recipe was refused: each mistake with its place in the document. */
export function RecipeIssues({
  message,
  issues,
}: {
  message: string;
  issues: readonly { path: string; message: string }[];
}) {
  return (
    <Card className="border-bad/50">
      <header className="border-b border-line bg-bad-soft px-5 py-3.5 first:rounded-t-xl">
        <h2 className="flex items-center gap-2 text-sm font-semibold text-bad">
          <TriangleAlert aria-hidden className="size-4 shrink-0" /> The recipe was refused
        </h2>
        <p className="mt-0.5 text-sm">{issues.length === 1 ? 'It has one mistake; nothing was stored.' : message}</p>
      </header>
      <ol className="divide-y divide-line text-sm">
        {issues.map((issue) => (
          <li key={`${issue.path}\n${issue.message}`} className="px-5 py-3">
            <code className="font-mono text-xs font-medium break-words text-accent">
              {issue.path || 'the whole document'}
            </code>
            <p className="mt-0.5 break-words">{issue.message}</p>
          </li>
        ))}
      </ol>
    </Card>
  );
}
