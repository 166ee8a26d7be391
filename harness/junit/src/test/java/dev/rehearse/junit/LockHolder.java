package dev.rehearse.junit;

import java.nio.file.Path;

/** Another process for {@link TurnTest}: takes a turn, says so, and as it has to wait, and lets go as its input ends. */
final class LockHolder {

    private LockHolder() {}

    public static void main(String[] arguments) throws Exception {
        Turn turn = Turn.await(Path.of(arguments[0]), () -> System.out.println("waits"));
        System.out.println("held");
        while (System.in.read() >= 0) {
            // Until it ends.
        }
        turn.close();
    }
}
