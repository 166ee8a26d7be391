package dev.rehearse.plan;

import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A value that must hold, found out in Java in place of a query. */
@FunctionalInterface
public interface JavaInvariant {

    /**
     * The value now; values are compared as text.
     *
     * @param database gives a connection to the calling thread, one at a time
     */
    @Nullable
    Object value(DataSource database) throws Exception;
}
