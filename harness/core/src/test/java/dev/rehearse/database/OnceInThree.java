package dev.rehearse.database;

/**
 * For what a machine that stalls can spoil but not bring about: times come out too long by chance and never too short, a verdict too bad and
 * never too good. What holds once in three times is so; what is wrong fails three times.
 */
public final class OnceInThree {

    private static final int TIMES = 3;
    private static final int MOST_CHARACTERS = 500;

    private OnceInThree() {}

    /** Carries something out and looks at what came of it. */
    @FunctionalInterface
    public interface Trial {
        void run() throws Exception;
    }

    /** Fails as the last of the trials fails. */
    public static void holds(Trial trial) throws Exception {
        for (int time = 1; ; time++) {
            try {
                trial.run();
                return;
            } catch (AssertionError e) {
                if (time == TIMES) {
                    throw e;
                }
                System.getLogger("test").log(System.Logger.Level.WARNING, "spoilt, so once more: " + inShort(e));
            }
        }
    }

    /** What no stall can spoil: within a trial, too, it fails at once. */
    public static void always(Runnable assertion) {
        try {
            assertion.run();
        } catch (AssertionError e) {
            throw new IllegalStateException("no stall does this: " + inShort(e), e);
        }
    }

    /** What an assertion on thousands of elements says is more than the channel between a test and its build bears. */
    private static String inShort(AssertionError failure) {
        String message = String.valueOf(failure.getMessage()).strip();
        return message.substring(0, Math.min(message.length(), MOST_CHARACTERS));
    }
}
