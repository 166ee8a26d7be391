package dev.rehearse.database.choice;

import dev.rehearse.database.choice.DatabaseProviders.Chosen;

/** Another process for {@link DatabaseProvidersTest}: says what is taken on this machine, and why. */
final class EngineSearch {

    private EngineSearch() {}

    public static void main(String[] arguments) {
        DatabaseProviders.prepare("auto");
        Chosen chosen = DatabaseProviders.auto();
        System.out.println(chosen.provider().name() + ": " + chosen.reason());
    }
}
