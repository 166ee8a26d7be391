-- Every object of the current database's schema with its definition, as two columns. The one parameter is an array of names to leave
-- out: schemas, and tables with all that belongs to them. Runs on PostgreSQL 14 to 18 with an empty search_path, so that definitions
-- are qualified. Columns that only newer versions have are read through to_jsonb; what only 15 and later can parse is put in braces. Members of extensions are left to their extension.
WITH left_out AS MATERIALIZED (
    SELECT name FROM unnest(?::text[]) AS name
), member AS MATERIALIZED (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), ns AS MATERIALIZED (
    SELECT oid, nspname, nspowner, nspacl, CASE WHEN nspname = 'public' THEN '' ELSE quote_ident(nspname) || '.' END AS prefix
    FROM pg_namespace n
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND nspname NOT IN (SELECT name FROM left_out)
      AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid)
), rel AS MATERIALIZED (
    SELECT c.oid, c.relkind, c.relowner, c.relacl, c.relpersistence, c.relam, c.reltablespace, c.reloptions, c.reltoastrelid,
           c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.relispartition, c.relpartbound, c.reloftype, c.relispopulated,
           c.reltype, ns.prefix, ns.prefix || quote_ident(c.relname) AS name
    FROM pg_class c JOIN ns ON ns.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')
      AND c.relname NOT IN (SELECT name FROM left_out) AND ns.nspname || '.' || c.relname NOT IN (SELECT name FROM left_out)
      AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
), parents AS MATERIALIZED (
    SELECT i.inhrelid AS oid, string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) AS names
    FROM pg_inherits i GROUP BY i.inhrelid
), unidentified AS MATERIALIZED (
    -- Of which updates or deletes are published, so that the server refuses them.
    SELECT c.oid
    FROM pg_publication p JOIN pg_publication_tables t USING (pubname) JOIN ns ON ns.nspname = t.schemaname
    JOIN pg_class c ON c.relnamespace = ns.oid AND c.relname = t.tablename AND c.relkind = 'r'
    WHERE (p.pubupdate OR p.pubdelete)
      AND CASE c.relreplident WHEN 'f' THEN false WHEN 'n' THEN true
               ELSE NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.oid AND x.indisvalid
                                AND CASE c.relreplident WHEN 'd' THEN x.indisprimary ELSE x.indisreplident END) END
), tbs AS MATERIALIZED (
    SELECT oid, spcname FROM pg_tablespace
)
SELECT 'schema ' || quote_ident(nspname) AS object,
       concat_ws('; ', 'owner ' || pg_get_userbyid(nspowner),
                 (SELECT 'privileges ' || string_agg(a::text, ', ' ORDER BY a::text)
                  FROM unnest(coalesce(nspacl, acldefault('n', nspowner))) a)) AS definition
FROM ns

UNION ALL
SELECT 'table ' || r.name,
       concat_ws('; ',
                 CASE r.relkind WHEN 'p' THEN 'partitioned by ' || pg_get_partkeydef(r.oid) WHEN 'f' THEN 'foreign' END,
                 CASE r.relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END,
                 CASE WHEN r.relispartition THEN 'partition of ' ELSE 'inherits ' END || p.names,
                 pg_get_expr(r.relpartbound, r.oid),
                 'of type ' || nullif(r.reloftype, 0)::regtype::text,
                 (SELECT 'access method ' || amname FROM pg_am WHERE pg_am.oid = r.relam AND amname <> 'heap'),
                 'tablespace ' || tbs.spcname,
                 (SELECT 'options ' || string_agg(o, ', ' ORDER BY o) FROM unnest(r.reloptions) o),
                 (SELECT 'TOAST options ' || string_agg(o, ', ' ORDER BY o) FROM pg_class t, unnest(t.reloptions) o WHERE t.oid = r.reltoastrelid),
                 CASE WHEN r.relrowsecurity THEN 'row level security' END,
                 CASE WHEN r.relforcerowsecurity THEN 'forced row level security' END,
                 CASE r.relreplident WHEN 'n' THEN 'replica identity nothing' WHEN 'f' THEN 'replica identity full' WHEN 'i' THEN 'replica identity using an index' END,
                 CASE WHEN r.oid IN (SELECT oid FROM unidentified) THEN 'published without replica identity' END,
                 (SELECT 'server ' || s.srvname || concat(' (' || (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(f.ftoptions) o) || ')')
                  FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = r.oid),
                 'owner ' || pg_get_userbyid(r.relowner),
                 (SELECT 'privileges ' || string_agg(a::text, ', ' ORDER BY a::text)
                  FROM unnest(coalesce(r.relacl, acldefault('r', r.relowner))) a))
FROM rel r LEFT JOIN parents p ON p.oid = r.oid LEFT JOIN tbs ON tbs.oid = r.reltablespace
WHERE r.relkind IN ('r', 'p', 'f')

UNION ALL
SELECT 'column order of ' || r.name, string_agg(quote_ident(a.attname), E'\n' ORDER BY a.attnum)
FROM rel r JOIN pg_attribute a ON a.attrelid = r.oid
WHERE r.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
GROUP BY r.name

UNION ALL
SELECT 'column ' || r.name || '.' || quote_ident(a.attname),
       concat_ws(' ',
                 format_type(a.atttypid, a.atttypmod),
                 CASE WHEN a.attcollation <> t.typcollation THEN 'collate ' || nullif(a.attcollation, 0)::regcollation::text END,
                 CASE WHEN a.attnotnull THEN 'not null' END,
                 CASE a.attgenerated WHEN 's' THEN 'generated always stored as ' WHEN 'v' THEN 'generated always virtual as ' ELSE 'default ' END
                     || pg_get_expr(d.adbin, d.adrelid),
                 CASE a.attidentity WHEN 'a' THEN 'generated always as identity' WHEN 'd' THEN 'generated by default as identity' END,
                 CASE WHEN a.attstorage <> t.typstorage THEN 'storage ' || a.attstorage::text END,
                 'compression ' || CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
                 'statistics ' || nullif(to_jsonb(a) ->> 'attstattarget', '-1'),
                 (SELECT 'options ' || string_agg(o, ', ' ORDER BY o) FROM unnest(a.attoptions) o WHERE NOT starts_with(o, 'pg_attver=')),
                 (SELECT 'foreign options ' || string_agg(o, ', ' ORDER BY o) FROM unnest(a.attfdwoptions) o),
                 CASE WHEN a.attinhcount > 0 THEN CASE WHEN a.attislocal THEN 'inherited and local' ELSE 'inherited' END END,
                 (SELECT 'privileges ' || string_agg(p::text, ', ' ORDER BY p::text) FROM unnest(a.attacl) p))
FROM rel r
JOIN pg_attribute a ON a.attrelid = r.oid
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE r.relkind IN ('r', 'p', 'f', 'm') AND a.attnum > 0 AND NOT a.attisdropped

UNION ALL
SELECT 'constraint ' || r.name || '.' || quote_ident(k.conname),
       concat_ws('; ', pg_get_constraintdef(k.oid),
                 CASE WHEN NOT k.convalidated THEN 'not validated' END,
                 CASE WHEN k.coninhcount > 0 THEN CASE WHEN k.conislocal THEN 'inherited and local' ELSE 'inherited' END END,
                 'index ' || (SELECT c.relname FROM pg_class c WHERE c.oid = k.conindid AND k.contype IN ('p', 'u', 'x')),
                 (SELECT 'enforced by triggers in state ' || string_agg(DISTINCT g.tgenabled::text, ', ')
                  FROM pg_trigger g WHERE g.tgconstraint = k.oid AND g.tgenabled <> 'O'))
FROM pg_constraint k JOIN rel r ON r.oid = k.conrelid
WHERE k.contype <> 't'

UNION ALL
SELECT 'index ' || r.prefix || quote_ident(c.relname),
       concat_ws('; ', pg_get_indexdef(x.indexrelid),
                 CASE WHEN NOT x.indisvalid THEN 'INVALID' END,
                 CASE WHEN NOT x.indisready THEN 'not ready' END,
                 CASE WHEN NOT x.indislive THEN 'being dropped' END,
                 CASE WHEN x.indisprimary THEN 'primary key' END,
                 CASE WHEN x.indisclustered THEN 'clustered on' END,
                 CASE WHEN x.indisreplident THEN 'replica identity' END,
                 'attached to ' || p.names,
                 'tablespace ' || tbs.spcname,
                 (SELECT 'statistics ' || string_agg(a.attnum || ':' || (to_jsonb(a) ->> 'attstattarget'), ', ' ORDER BY a.attnum)
                  FROM pg_attribute a WHERE a.attrelid = c.oid AND coalesce((to_jsonb(a) ->> 'attstattarget')::int, -1) <> -1))
FROM pg_index x
JOIN rel r ON r.oid = x.indrelid
JOIN pg_class c ON c.oid = x.indexrelid
LEFT JOIN parents p ON p.oid = c.oid
LEFT JOIN tbs ON tbs.oid = c.reltablespace

UNION ALL
SELECT 'sequence ' || r.name,
       concat_ws('; ', format('%s start %s increment %s from %s to %s cache %s', format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement,
                              s.seqmin, s.seqmax, s.seqcache),
                 CASE WHEN s.seqcycle THEN 'cycle' END,
                 CASE r.relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END,
                 CASE o.deptype WHEN 'i' THEN 'identity of ' ELSE 'owned by ' END || o.name,
                 'owner ' || pg_get_userbyid(r.relowner),
                 (SELECT 'privileges ' || string_agg(a::text, ', ' ORDER BY a::text)
                  FROM unnest(coalesce(r.relacl, acldefault('s', r.relowner))) a))
FROM rel r
JOIN pg_sequence s ON s.seqrelid = r.oid
LEFT JOIN LATERAL (
    SELECT d.deptype, t.oid, t.name || '.' || quote_ident(a.attname) AS name
    FROM pg_depend d
    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    LEFT JOIN rel t ON t.oid = d.refobjid
    WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
) o ON true
WHERE o.deptype IS NULL OR o.oid IS NOT NULL

UNION ALL
SELECT CASE r.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || r.name,
       concat_ws('; ', pg_get_viewdef(r.oid),
                 (SELECT 'columns ' || string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                                                  || concat(' default ' || pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum)
                  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                  WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped),
                 (SELECT 'column privileges ' || string_agg(quote_ident(a.attname) || ': ' || p::text, ', ' ORDER BY a.attnum, p::text)
                  FROM pg_attribute a, unnest(a.attacl) p WHERE a.attrelid = r.oid AND r.relkind = 'v'),
                 (SELECT 'options ' || string_agg(o, ', ' ORDER BY o) FROM unnest(r.reloptions) o),
                 CASE WHEN r.relkind = 'm' AND NOT r.relispopulated THEN 'not populated' END,
                 (SELECT 'access method ' || amname FROM pg_am WHERE pg_am.oid = r.relam AND amname <> 'heap'),
                 'tablespace ' || tbs.spcname,
                 'owner ' || pg_get_userbyid(r.relowner),
                 (SELECT 'privileges ' || string_agg(a::text, ', ' ORDER BY a::text)
                  FROM unnest(coalesce(r.relacl, acldefault('r', r.relowner))) a))
FROM rel r LEFT JOIN tbs ON tbs.oid = r.reltablespace
WHERE r.relkind IN ('v', 'm')

UNION ALL
SELECT CASE f.prokind WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'function ' END
           || ns.prefix || quote_ident(f.proname) || '(' || pg_get_function_identity_arguments(f.oid) || ')',
       concat_ws('; ',
                 CASE WHEN f.prokind = 'a'
                      THEN (SELECT (to_jsonb(g) - 'aggfnoid')::text FROM pg_aggregate g WHERE g.aggfnoid = f.oid) || pg_get_function_result(f.oid)
                      ELSE pg_get_functiondef(f.oid) END,
                 'owner ' || pg_get_userbyid(f.proowner),
                 (SELECT 'privileges ' || string_agg(a::text, ', ' ORDER BY a::text)
                  FROM unnest(coalesce(f.proacl, acldefault('f', f.proowner))) a))
FROM pg_proc f JOIN ns ON ns.oid = f.pronamespace
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = f.oid)

UNION ALL
SELECT 'trigger ' || r.name || '.' || quote_ident(g.tgname),
       concat_ws('; ', pg_get_triggerdef(g.oid),
                 CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'enabled on replicas' WHEN 'A' THEN 'enabled always' END)
FROM pg_trigger g JOIN rel r ON r.oid = g.tgrelid LEFT JOIN pg_trigger p ON p.oid = g.tgparentid
-- A partition's copy goes with the trigger of the partitioned table; before 15 it is internal.
WHERE CASE WHEN g.tgparentid = 0 THEN NOT g.tgisinternal ELSE g.tgconstraint = 0 AND g.tgenabled <> p.tgenabled END

UNION ALL
SELECT 'rule ' || r.name || '.' || quote_ident(u.rulename),
       concat_ws('; ', pg_get_ruledef(u.oid),
                 CASE u.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'enabled on replicas' WHEN 'A' THEN 'enabled always' END)
FROM pg_rewrite u JOIN rel r ON r.oid = u.ev_class
WHERE u.rulename <> '_RETURN'

UNION ALL
SELECT 'policy ' || r.name || '.' || quote_ident(p.polname),
       concat_ws(' ', CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END,
                 'for ' || CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' ELSE 'all' END,
                 'to ' || (SELECT string_agg(CASE WHEN role = 0 THEN 'public' ELSE pg_get_userbyid(role)::text END, ', ' ORDER BY role)
                           FROM unnest(p.polroles) role),
                 'using ' || pg_get_expr(p.polqual, p.polrelid),
                 'with check ' || pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p JOIN rel r ON r.oid = p.polrelid

UNION ALL
SELECT 'type ' || ns.prefix || quote_ident(t.typname),
       concat_ws('; ',
                 CASE t.typtype
                     WHEN 'e' THEN 'enum ' || coalesce((SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                                                        FROM pg_enum e WHERE e.enumtypid = t.oid), '')
                     WHEN 'd' THEN concat_ws(' ', 'domain over', format_type(t.typbasetype, t.typtypmod),
                                             CASE WHEN t.typcollation <> b.typcollation THEN 'collate ' || t.typcollation::regcollation::text END,
                                             CASE WHEN t.typnotnull THEN 'not null' END, 'default ' || t.typdefault)
                     WHEN 'c' THEN 'composite ' || coalesce((SELECT string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                                                                     'collate ' || nullif(a.attcollation, 0)::regcollation::text), ', ' ORDER BY a.attnum)
                                                             FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '')
                     WHEN 'r' THEN (SELECT 'range ' || concat_ws(' ', format_type(g.rngsubtype, NULL), 'collate ' || nullif(g.rngcollation, 0)::regcollation::text,
                                                                 (SELECT 'operator class ' || opcname FROM pg_opclass WHERE pg_opclass.oid = g.rngsubopc),
                                                                 'canonical ' || nullif(g.rngcanonical::oid, 0)::regproc::text,
                                                                 'difference ' || nullif(g.rngsubdiff::oid, 0)::regproc::text,
                                                                 'multirange ' || format_type(g.rngmultitypid, NULL))
                                    FROM pg_range g WHERE g.rngtypid = t.oid)
                     ELSE (to_jsonb(t) - '{oid,typnamespace,typowner,typacl,typarray,typrelid,typname}'::text[])::text
                 END,
                 'owner ' || pg_get_userbyid(t.typowner),
                 (SELECT 'privileges ' || string_agg(a::text, ', ' ORDER BY a::text)
                  FROM unnest(coalesce(t.typacl, acldefault('T', t.typowner))) a))
FROM pg_type t
JOIN ns ON ns.oid = t.typnamespace
LEFT JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE t.typtype <> 'm' AND (c.oid IS NULL OR c.relkind = 'c')
  AND t.oid NOT IN (SELECT e.typarray FROM pg_type e)
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)

UNION ALL
SELECT 'constraint ' || ns.prefix || quote_ident(t.typname) || '.' || quote_ident(k.conname),
       concat_ws('; ', pg_get_constraintdef(k.oid), CASE WHEN NOT k.convalidated THEN 'not validated' END)
FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid JOIN ns ON ns.oid = t.typnamespace
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)

UNION ALL
SELECT 'extension ' || quote_ident(e.extname), 'version ' || e.extversion || ' in schema ' || quote_ident(n.nspname)
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'

UNION ALL
SELECT 'publication ' || quote_ident(p.pubname),
       concat_ws('; ', (to_jsonb(p) - '{oid,pubname,pubowner}'::text[])::text,
                 (SELECT 'tables ' || string_agg(concat_ws(' ', x.prrelid::regclass::text,
                                                           'columns ' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
                                                                          WHERE a.attrelid = x.prrelid
                                                                            AND a.attnum::text = ANY (string_to_array(to_jsonb(x) ->> 'prattrs', ' '))),
                                                           {publication filter}),
                                                 ', ' ORDER BY x.prrelid::regclass::text)
                  FROM pg_publication_rel x WHERE x.prpubid = p.oid),
                 {publication schemas},
                 'owner ' || pg_get_userbyid(p.pubowner))
FROM pg_publication p

UNION ALL
SELECT 'statistics ' || ns.prefix || quote_ident(s.stxname),
       concat_ws('; ', pg_get_statisticsobjdef(s.oid), 'target ' || nullif(to_jsonb(s) ->> 'stxstattarget', '-1'), 'owner ' || pg_get_userbyid(s.stxowner))
FROM pg_statistic_ext s JOIN ns ON ns.oid = s.stxnamespace JOIN rel r ON r.oid = s.stxrelid

UNION ALL
SELECT 'event trigger ' || quote_ident(g.evtname),
       concat_ws('; ', 'on ' || g.evtevent, 'for ' || array_to_string(g.evttags, ', '), 'runs ' || g.evtfoid::regprocedure::text,
                 CASE g.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'enabled on replicas' WHEN 'A' THEN 'enabled always' END,
                 'owner ' || pg_get_userbyid(g.evtowner))
FROM pg_event_trigger g
WHERE g.evtname NOT LIKE 'rehearse%' AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_event_trigger'::regclass AND m.objid = g.oid)

UNION ALL
SELECT 'default privileges of ' || pg_get_userbyid(d.defaclrole) || concat(' in schema ' || quote_ident(n.nspname)) || ' on type ' || d.defaclobjtype::text,
       (SELECT string_agg(a::text, ', ' ORDER BY a::text) FROM unnest(d.defaclacl) a)
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace

UNION ALL
SELECT 'role ' || quote_ident(r.rolname),
       concat_ws('; ',
                 concat_ws(' ', CASE WHEN r.rolcanlogin THEN 'login' ELSE 'nologin' END, CASE WHEN r.rolsuper THEN 'superuser' END,
                           CASE WHEN NOT r.rolinherit THEN 'noinherit' END, CASE WHEN r.rolcreaterole THEN 'createrole' END,
                           CASE WHEN r.rolcreatedb THEN 'createdb' END, CASE WHEN r.rolreplication THEN 'replication' END,
                           CASE WHEN r.rolbypassrls THEN 'bypassrls' END, 'connection limit ' || nullif(r.rolconnlimit, -1),
                           'valid until ' || r.rolvaliduntil),
                 (SELECT 'member of ' || string_agg(quote_ident(g.rolname) || CASE WHEN m.admin_option THEN ' with admin option' ELSE '' END,
                                                    ', ' ORDER BY g.rolname, m.admin_option)
                  FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
                  -- From 16 on whoever makes a role without being a superuser may admin it, by a grant of the first superuser's.
                  WHERE m.member = r.oid AND NOT (m.grantor = 10 AND to_jsonb(m) @> '{"inherit_option": false, "set_option": false}')))
FROM pg_roles r WHERE r.rolname !~ '^rehearse_'

UNION ALL
SELECT 'database ' || quote_ident(d.datname),
       concat_ws('; ', 'connection limit ' || nullif(d.datconnlimit, -1), 'owner ' || pg_get_userbyid(d.datdba),
                 (SELECT 'privileges ' || string_agg(a::text, ', ' ORDER BY a::text)
                  FROM unnest(coalesce(d.datacl, acldefault('d', d.datdba))) a))
FROM pg_database d WHERE d.datname = current_database()

UNION ALL
SELECT 'tablespace ' || quote_ident(t.spcname),
       concat_ws('; ', (SELECT 'options ' || string_agg(o, ', ' ORDER BY o) FROM unnest(t.spcoptions) o),
                 'owner ' || pg_get_userbyid(t.spcowner),
                 (SELECT 'privileges ' || string_agg(a::text, ', ' ORDER BY a::text)
                  FROM unnest(coalesce(t.spcacl, acldefault('t', t.spcowner))) a))
FROM pg_tablespace t

UNION ALL
SELECT 'setting ' || split_part(c, '=', 1) || ' of ' || CASE WHEN s.setrole = 0 AND s.setdatabase = 0 THEN 'all roles'
            ELSE concat_ws(' in ', 'role ' || quote_ident(r.rolname), CASE WHEN s.setdatabase <> 0 THEN 'the database' END) END,
       substr(c, strpos(c, '=') + 1)
FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) c
WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  AND (s.setrole = 0 OR r.rolname !~ '^rehearse_')

UNION ALL
SELECT 'comment on ' || i.type || ' ' || i.identity, d.description
FROM pg_description d, LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
WHERE (d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass AND d.objoid = 'public'::regnamespace)
  AND (d.classoid <> 'pg_class'::regclass OR d.objoid IN (SELECT oid FROM rel) OR d.objoid IN (SELECT x.indexrelid FROM pg_index x JOIN rel ON rel.oid = x.indrelid))
  AND (i.schema IS NULL OR i.schema IN (SELECT quote_ident(nspname) FROM ns))
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = d.classoid AND m.objid = d.objoid)

UNION ALL
SELECT i.type || ' ' || i.identity, o.definition
FROM (
    SELECT 'pg_operator'::regclass AS classid, oid,
           concat_ws(' ', oprcode::regproc, oprrest::regproc, oprjoin::regproc, oprcanmerge, oprcanhash, oprcom::regoperator, oprnegate::regoperator,
                     pg_get_userbyid(oprowner)) AS definition
    FROM pg_operator
    UNION ALL
    SELECT 'pg_collation'::regclass, oid, (to_jsonb(c) - '{oid,collnamespace,collowner,collversion}'::text[])::text FROM pg_collation c
    UNION ALL
    SELECT 'pg_cast'::regclass, oid, concat_ws(' ', nullif(castfunc, 0)::regprocedure, castcontext, castmethod) FROM pg_cast
    UNION ALL
    SELECT 'pg_opclass'::regclass, c.oid, concat_ws(' ', c.opcdefault, c.opcintype::regtype, nullif(c.opckeytype, 0)::regtype, f.opfname)
    FROM pg_opclass c JOIN pg_opfamily f ON f.oid = c.opcfamily
    UNION ALL
    SELECT 'pg_opfamily'::regclass, f.oid,
           concat_ws('; ', (SELECT string_agg(concat_ws(' ', amopstrategy, amopopr::regoperator, amoppurpose), ', ' ORDER BY amopstrategy, amopopr)
                            FROM pg_amop WHERE amopfamily = f.oid),
                     (SELECT string_agg(concat_ws(' ', amprocnum, amproc::regproc), ', ' ORDER BY amprocnum, amproc::oid) FROM pg_amproc WHERE amprocfamily = f.oid))
    FROM pg_opfamily f
    UNION ALL
    SELECT 'pg_ts_config'::regclass, c.oid,
           (SELECT string_agg(concat_ws(' ', m.maptokentype, m.mapseqno, m.mapdict::regdictionary), ', ' ORDER BY m.maptokentype, m.mapseqno)
            FROM pg_ts_config_map m WHERE m.mapcfg = c.oid)
    FROM pg_ts_config c
    UNION ALL
    SELECT 'pg_ts_dict'::regclass, d.oid, concat_ws(' ', t.tmplname, d.dictinitoption) FROM pg_ts_dict d JOIN pg_ts_template t ON t.oid = d.dicttemplate
    UNION ALL
    SELECT 'pg_language'::regclass, oid, concat_ws(' ', lanpltrusted, nullif(lanplcallfoid, 0)::regproc, lanacl) FROM pg_language
    UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, oid,
           concat_ws(' ', nullif(fdwhandler, 0)::regproc, nullif(fdwvalidator, 0)::regproc, fdwoptions, fdwacl) FROM pg_foreign_data_wrapper
    UNION ALL
    SELECT 'pg_foreign_server'::regclass, s.oid, concat_ws(' ', w.fdwname, s.srvtype, s.srvversion, s.srvoptions, s.srvacl)
    FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
) o, LATERAL pg_identify_object(o.classid, o.oid, 0) i
WHERE o.oid >= 16384
  AND (i.schema IS NULL OR i.schema IN (SELECT quote_ident(nspname) FROM ns))
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = o.classid AND m.objid = o.oid)
ORDER BY 1
