package dev.rehearse.cli;

import dev.rehearse.HarnessException;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Loads the classes that most commands need, while Java writes an archive of what was loaded, from which the next start takes them sooner.
 * The launcher asks for it.
 */
final class ClassArchive {

    private static final String ASKED = "rehearse.archiving";

    private static final List<String> PACKAGES = List.of("dev/rehearse/", "org/postgresql/", "com/fasterxml/jackson/");

    private ClassArchive() {}

    static void loadIfAsked() {
        if (Boolean.getBoolean(ASKED)) {
            load(new File(System.getProperty("java.class.path")));
        }
    }

    private static void load(File archive) {
        try (JarFile jar = new JarFile(archive)) {
            jar.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.endsWith(".class") && PACKAGES.stream().anyMatch(name::startsWith))
                    .forEach(name -> load(
                            name.substring(0, name.length() - ".class".length()).replace('/', '.')));
        } catch (IOException e) {
            throw new HarnessException("Cannot read " + archive + " to archive its classes: " + e.getMessage(), e);
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, ClassArchive.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            // For a tool that the user brings, such as Flyway.
        }
    }
}
