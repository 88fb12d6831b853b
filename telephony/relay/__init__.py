"""Calls over Twilio's ConversationRelay: the same talk and the same place over one socket per call.

https://www.twilio.com/docs/voice/twiml/connect/conversationrelay
"""
