package dev.rehearse.wiretap;

/**
 * A relation of the database.
 *
 * @param oid its oid, which outlives renaming
 * @param name as {@link dev.rehearse.recording.RelationLock#relation()} has it
 * @param bareName without schema and quotes, as the server's messages have it
 * @param kind {@code relkind} in words
 */
record Relation(long oid, String name, String bareName, String kind) {

    /** Relations below this oid are the server's own catalogs ({@code FirstNormalObjectId}). */
    static final int FIRST_USER_OID = 16_384;

    /** SQL for the name of {@code pg_class c} in {@code pg_namespace n}. */
    static final String NAME_SQL =
            "case when n.nspname = 'public' then '' else pg_catalog.quote_ident(n.nspname) || '.' end || pg_catalog.quote_ident(c.relname)";

    static String kindInWords(String relkind) {
        return switch (relkind) {
            case "r" -> "table";
            case "p" -> "partitioned table";
            case "i" -> "index";
            case "I" -> "partitioned index";
            case "S" -> "sequence";
            case "v" -> "view";
            case "m" -> "materialized view";
            case "t" -> "TOAST table";
            case "f" -> "foreign table";
            case "c" -> "composite type";
            default -> "relation";
        };
    }
}
