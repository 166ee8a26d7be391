package dev.rehearse.wiretap.lock;

import java.util.regex.Pattern;

/**
 * A relation of the database, or an enum type or a domain, which DDL locks as well.
 *
 * @param oid its oid, which outlives renaming
 * @param name as {@link dev.rehearse.recording.RelationLock#relation()} has it
 * @param bareName without schema and quotes, as the server's messages have it
 * @param kind {@code relkind} in words
 * @param fileNode {@code relfilenode}: another one means that the relation was written anew; 0 where it has no file of its own
 */
public record Relation(long oid, String name, String bareName, String kind, long fileNode) {

    /** Relations below this oid are the server's own catalogs ({@code FirstNormalObjectId}). */
    public static final int FIRST_USER_OID = 16_384;

    /** Types that DDL locks by themselves ({@code pg_type y}); tables and arrays have types, too, which follow them. */
    static final String LOCKED_TYPES_SQL = "y.typtype in ('d', 'e')";

    /** SQL for kind, name, bare name and file of {@code pg_class c} or else {@code pg_type y} in {@code pg_namespace n}. */
    static final String COLUMNS_SQL = "coalesce(c.relkind::text, 'type ' || y.typtype::text),"
            + " case when n.nspname = 'public' then '' else pg_catalog.quote_ident(n.nspname) || '.' end"
            + " || pg_catalog.quote_ident(coalesce(c.relname, y.typname)), coalesce(c.relname, y.typname), coalesce(c.relfilenode, 0)::bigint";

    /** What the server calls an index for as long as it builds it in the place of another: {@code name_ccnew}, or with a number behind. */
    private static final Pattern NAME_WHILE_BUILT = Pattern.compile("_ccnew\\d*\"?$");

    /** Whether it is an index that gets another name once it is built. */
    public boolean isNamedWhileBuilt() {
        return kind.equals("index") && isNamedWhileBuilt(name);
    }

    /** Whether the server, unless it fails, will give an index of this name the name of the one in whose place it is built. */
    public static boolean isNamedWhileBuilt(String name) {
        return NAME_WHILE_BUILT.matcher(name).find();
    }

    /** Whether its rows have a file of their own that a rewrite replaces. */
    public boolean hasRows() {
        return kind.equals("table") || kind.equals("materialized view");
    }

    static String kindInWords(String relkind) {
        return switch (relkind) {
            case "type d" -> "domain";
            case "type e" -> "enum type";
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
