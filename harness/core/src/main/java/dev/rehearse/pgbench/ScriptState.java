package dev.rehearse.pgbench;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one client remembers between the commands of its scripts: variables and random numbers. For one thread at a time. */
public final class ScriptState {

    private final Symbols symbols;
    private final PgRandom random = new PgRandom();
    private final Consumer<String> debug;
    private @Nullable Value[] values;

    /**
     * @param symbols those of all scripts that the client runs
     * @param debug hears what the function {@code debug} says
     */
    public ScriptState(Symbols symbols, Consumer<String> debug) {
        this.symbols = symbols;
        this.debug = debug;
        this.values = new @Nullable Value[symbols.count()];
    }

    /** Sets a variable, a new one if need be. */
    public void set(String name, Value value) {
        set(symbols.index(name), value);
    }

    /** Sets a variable where the script did not. */
    public void setDefault(String name, Value value) {
        if (get(symbols.index(name)) == null) {
            set(name, value);
        }
    }

    void set(int variable, Value value) {
        if (variable >= values.length) {
            values = Arrays.copyOf(values, Math.max(symbols.count(), variable + 1));
        }
        values[variable] = value;
    }

    /** The value of the variable, or null where it has none. */
    public @Nullable Value get(int variable) {
        return variable < values.length ? values[variable] : null;
    }

    /** The random numbers from here on depend on these two alone. */
    public void reseed(long randomSeed, long operation) {
        random.seed(PgRandom.mix(randomSeed, operation));
    }

    PgRandom random() {
        return random;
    }

    void debug(Value value) {
        debug.accept("debug: " + value.kind() + (value.isNull() ? "" : " " + value.text()));
    }
}
