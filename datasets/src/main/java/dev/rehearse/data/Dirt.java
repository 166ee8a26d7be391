package dev.rehearse.data;

/**
 * Rows that a planned constraint or type will refuse, as production has them and made-up data has not. The schema as it is must allow them.
 *
 * @param table the table as its user writes it, like those of {@link DatasetSpec#rows}
 * @param breaks what the rows break, as the statement that will ask for it says it: {@code not null (status)},
 *     {@code unique (lower(email))}, {@code check (total >= 0)}, {@code foreign key (customer_id) references customer (id)} or
 *     {@code zip type integer}
 * @param rows how many rows break it, at least 1
 */
public record Dirt(String table, String breaks, long rows) {

    /** How many rows when nobody says. */
    public static final long DEFAULT_ROWS = 10;

    /** Refuses what is not a constraint that rows can break. */
    public Dirt {
        PlannedConstraint.parse(breaks);
        if (rows < 1) {
            throw DatasetException.spec("The dirt that breaks \"" + breaks + "\" must have at least 1 row, but has "
                    + rows + ". Leave it out instead.");
        }
    }
}
