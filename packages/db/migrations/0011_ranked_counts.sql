ALTER TABLE "benchmarks" ADD COLUMN "ranked" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "benchmarks" ADD CONSTRAINT "benchmarks_ranked" CHECK ("benchmarks"."ranked" >= 0);--> statement-breakpoint
UPDATE benchmarks b SET ranked = (
  SELECT count(*) FROM evaluations e
  WHERE e.lab_id = b.lab_id AND e.benchmark_id = b.id AND e.top1 IS NOT NULL AND NOT e.spent
);--> statement-breakpoint
-- How many models rank on a benchmark is asked by every page of its board; counting them would read its whole index. An evaluation
-- never changes, so what comes and what goes is all there is to count. The writer of an evaluation may write its lab's benchmarks.
CREATE FUNCTION stockpot_count_ranked() RETURNS trigger
  LANGUAGE plpgsql SET search_path = public, pg_temp
  AS $$
  DECLARE
    sign integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
  BEGIN
    UPDATE benchmarks b SET ranked = b.ranked + sign * c.n
    FROM (SELECT lab_id, benchmark_id, count(*) AS n FROM changed
          WHERE top1 IS NOT NULL AND NOT spent GROUP BY lab_id, benchmark_id) c
    WHERE b.lab_id = c.lab_id AND b.id = c.benchmark_id;
    RETURN NULL;
  END
  $$;--> statement-breakpoint
CREATE TRIGGER evaluations_come AFTER INSERT ON evaluations
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION stockpot_count_ranked();--> statement-breakpoint
CREATE TRIGGER evaluations_go AFTER DELETE ON evaluations
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION stockpot_count_ranked();
