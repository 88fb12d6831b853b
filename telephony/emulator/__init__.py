"""A strict little Twilio, for when there is no account: see README.md beside this file."""

from telephony.emulator.app import Emulator
from telephony.emulator.faults import Fault, FaultKind
from telephony.emulator.settings import EmulatorSettings, NumberHooks

__all__ = ["Emulator", "EmulatorSettings", "Fault", "FaultKind", "NumberHooks"]
