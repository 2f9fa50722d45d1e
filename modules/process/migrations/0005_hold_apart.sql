-- A case is held and its tasks are read by two statements of one message: the function that did both for the sake of one message is not called any more.
drop function process.hold_task(text, bigint);
