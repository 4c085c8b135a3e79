import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';

/** In place of an object that is not there, or that belongs to a lab the reader may not see: the two look the same. */
export function Missing({ what, list, href }: { what: string; list: string; href: string }) {
  return (
    <Card>
      <Notice
        icon={SearchX}
        title={`There is no such ${what}`}
        actions={
          <Button asChild>
            <Link href={href}>Go to the {list}</Link>
          </Button>
        }
      >
        No {what} you may see has this id.
      </Notice>
    </Card>
  );
}
