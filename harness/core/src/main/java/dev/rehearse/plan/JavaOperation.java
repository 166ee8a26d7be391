package dev.rehearse.plan;

import java.util.Map;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What the application does in Java, in place of statements. Clients call it at once from several threads.
 *
 * <p>It fails with what it throws: by the SQLSTATE of the {@link java.sql.SQLException} among the causes, or with {@code RH004} where there is
 * none.
 */
@FunctionalInterface
public interface JavaOperation {

    /**
     * Does it once.
     *
     * @param database gives the connection of the calling client, to its thread only and one at a time; closing the connection gives it back,
     *     and rolls back what was not committed
     * @param values of the operation's parameters, as text; null where there was no key to draw
     * @param random the arrival's own: the same in every run with the same randomSeed
     */
    void run(DataSource database, Map<String, @Nullable String> values, RandomGenerator random) throws Exception;
}
