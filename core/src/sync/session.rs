//! One conversation with the server as a pure state machine.
