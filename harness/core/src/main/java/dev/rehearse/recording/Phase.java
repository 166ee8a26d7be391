package dev.rehearse.recording;

/** The phases of a run, in order; VERIFY has its time before ROLL_BACK, too. Load, where there is any, runs from WARM_UP to the end of ROLL_BACK. */
public enum Phase {
    PROVISION("start the database"),
    LOAD("load the data"),
    SNAPSHOT("note schema, sizes and sample rows"),
    WARM_UP("warm up the load"),
    BASELINE("measure the load alone"),
    MIGRATE("run the migration"),
    SETTLE("old and new application together"),
    ROLL_BACK("roll back"),
    VERIFY("account for schema and rows"),
    REAPPLY("migrate again");

    private final String purpose;

    Phase(String purpose) {
        this.purpose = purpose;
    }

    /** What the phase is for, in a few words. */
    public String purpose() {
        return purpose;
    }
}
