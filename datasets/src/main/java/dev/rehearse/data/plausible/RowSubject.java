package dev.rehearse.data.plausible;

import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.value.Mix;
import java.util.List;
import java.util.Set;

/**
 * Whom and what the rows of a table speak of, so that its columns speak of the same: the mail address is that of the name, the postcode
 * that of the city, and all of them are of one locale.
 *
 * @param table the name of the table
 * @param besidePlace whether the table has a city or a postcode
 * @param besidePort whether it has a port instead, so that an address is a machine's
 * @param seed the seed of the table
 */
public record RowSubject(ColumnName table, boolean besidePlace, boolean besidePort, long seed) {

    private static final ColumnName OF_MACHINE = ColumnName.of("ip_address");

    /** Columns that begin with one of these speak of somebody or someplace else than the others do. */
    private static final Set<String> ROLES =
            Set.of(("billing bill shipping ship delivery invoice home work office private sender recipient origin"
                            + " destination from to old new previous emergency secondary alternate alt buyer seller payer payee creditor"
                            + " debtor middle maiden user owner assignee author creator reporter departure arrival pickup dropoff")
                    .split(" "));

    public static RowSubject of(Table table, long seed) {
        boolean place = table.columns().stream()
                .map(column -> TextKind.of(column.name(), table.name()))
                .anyMatch(kind -> kind == TextKind.CITY || kind == TextKind.POSTCODE);
        boolean port = table.columns().stream()
                .anyMatch(column -> column.type().kind().isInteger()
                        && ColumnName.of(column.name()).endsWith("port"));
        return new RowSubject(ColumnName.of(table.name()), place, port && !place, seed);
    }

    /** What a column of text holds, where its name alone says something else. */
    public ColumnName meant(ColumnName name) {
        boolean address = besidePort && (name.endsWith("address") || name.endsWith("addr"));
        return address && TextKind.of(name, table, false) == TextKind.STREET_ADDRESS && !name.hasAny("street")
                ? OF_MACHINE
                : name;
    }

    /** Random bits that the columns about the same person or place share in each row. */
    long seedFor(ColumnName name) {
        return Mix.seed(seed, "subject", hasRole(name) ? name.words().get(0) : "");
    }

    /** Whether a column says at its beginning of whom or of which place it speaks: {@code shipping_state}. */
    static boolean hasRole(ColumnName name) {
        List<String> words = name.words();
        return words.size() > 1 && ROLES.contains(words.get(0));
    }
}
