package dev.rehearse.database;

import dev.rehearse.Progress;
import dev.rehearse.database.choice.DatabaseProviders;
import java.util.Map;

/** A process of its own that has a database until somebody ends it: provider and version are its arguments. */
final class StartAndWait {

    private StartAndWait() {}

    public static void main(String[] arguments) throws InterruptedException {
        TestDatabase database = DatabaseProviders.of(arguments[0])
                .provider()
                .start(new DatabaseRequest(Integer.parseInt(arguments[1]), 0, Map.of(), null, null), Progress.SILENT);
        System.out.println("run " + DatabaseProviderContract.runOf(database).id());
        Thread.sleep(300_000);
    }
}
