package dev.rehearse.plan;

import java.util.regex.Pattern;

/**
 * A constraint that the migration is yet to make, and that production's rows keep already: so do the rows that are made.
 *
 * @param table the table as its user writes it
 * @param constraint as ALTER TABLE ... ADD says it, without a name: {@code unique (code)}, which may have expressions and a WHERE as an
 *     index has, {@code foreign key (customer_id) references customer (id)}, {@code check (total >= 0)} or {@code exclude ...}
 */
public record KeptConstraint(String table, String constraint) {

    private static final Pattern KIND = Pattern.compile(
            "\\s*(unique|foreign\\s+key|check|exclude)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    public KeptConstraint {
        Span.that(
                KIND.matcher(constraint).matches(),
                "\"" + constraint
                        + "\" is no constraint that rows can keep. Write it as ALTER TABLE ... ADD has it, without a name:"
                        + " unique (column), foreign key (column) references table (column), check (condition) or exclude ...;"
                        + " what is not NULL says \"nulls\" with a share of 0.");
    }

    public boolean isUnique() {
        return constraint.strip().regionMatches(true, 0, "unique", 0, "unique".length());
    }
}
