package dev.rehearse.scenarios.locktable;

import java.util.ArrayList;
import java.util.List;

/**
 * One way to carry an operation out, on a database of its own.
 *
 * @param id of the operation, for instance COL-04
 * @param operation what the operation is
 * @param name of the case, unique within the operation
 * @param oldest the first PostgreSQL major that has it
 * @param newest the last one
 * @param words what to look for among the server's words, beside what they say of rewrites, scans and builds
 * @param setup statements that prepare the database, before anything is measured
 * @param steps what the sessions do, in turn
 */
record LockCase(
        String id,
        String operation,
        String name,
        int oldest,
        int newest,
        List<String> words,
        List<String> setup,
        List<Step> steps) {

    /** The session that is measured; all others stand in its way, or are the application. */
    static final String MIGRATION = "migration";

    LockCase {
        words = List.copyOf(words);
        setup = List.copyOf(setup);
        steps = List.copyOf(steps);
    }

    boolean isFor(int version) {
        return oldest <= version && version <= newest;
    }

    /** Whether it is one transaction and nothing else, so that it can be rolled back and leaves its database as it was. */
    boolean canBeUndone() {
        List<String> statements = steps.get(0).statements();
        return setup.isEmpty()
                && steps.size() == 1
                && statements.get(0).equals("begin")
                && statements.get(statements.size() - 1).equals("commit");
    }

    /** The same, rolled back at its end: what it has locked and done by then is the same. */
    LockCase undone() {
        List<String> statements = new ArrayList<>(steps.get(0).statements());
        statements.set(statements.size() - 1, "rollback");
        return with(statements);
    }

    /** The same with other statements of the migration, which is alone. */
    LockCase with(List<String> statements) {
        return new LockCase(
                id, operation, name, oldest, newest, words, setup, List.of(new Step(MIGRATION, false, statements)));
    }

    @Override
    public String toString() {
        return id + " " + name;
    }

    /**
     * Statements of one session. The next step begins when they are done, or as soon as one of them waits for a lock.
     *
     * @param session its name
     * @param awaited whether there is nothing to do but to wait until the session is done with what it was given before
     */
    record Step(String session, boolean awaited, List<String> statements) {
        Step {
            statements = List.copyOf(statements);
        }
    }
}
