-- Search by part of a name. ILIKE is not leakproof, so under row-level security it may not reach the index models_search and
-- every name of the lab would be read. This function steps outside of it and takes the lab from where the policies take
-- it: it can show no row that they would not.
CREATE FUNCTION stockpot_search_models(pattern text, most integer) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$
    SELECT id FROM models WHERE lab_id = current_setting('stockpot.lab_id', true) AND name ILIKE pattern LIMIT most
  $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION stockpot_search_models(text, integer) FROM PUBLIC;--> statement-breakpoint
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'stockpot_app') THEN
    GRANT EXECUTE ON FUNCTION stockpot_search_models(text, integer) TO stockpot_app;
  END IF;
END
$$;
