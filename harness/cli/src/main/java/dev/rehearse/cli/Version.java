package dev.rehearse.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class Version implements IVersionProvider {

    static String number() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "from source" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "rehearse " + number(), "Java " + Runtime.version() + " (" + System.getProperty("java.home") + ")"
        };
    }
}
