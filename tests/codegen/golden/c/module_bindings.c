/* Made by stdb-codegen 0.1.0 out of the module's schema. Do not edit: make it again instead. */
#include "module_bindings.h"

#include <stdlib.h>

/* The schema that the bindings were made from, in pieces that every compiler takes. */
static const char *const module_bindings_schema[] = {
    "{\"sections\":[{\"ExplicitNames\":{\"entries\":[{\"Function\":{\"canonical_name\":\"add\",\"sourc",
    "e_name\":\"add\"}},{\"Function\":{\"canonical_name\":\"add_left\",\"source_name\":\"add_left\"}},",
    "{\"Function\":{\"canonical_name\":\"add_right\",\"source_name\":\"add_right\"}},{\"Function\":{\"",
    "canonical_name\":\"boom\",\"source_name\":\"boom\"}},{\"Function\":{\"canonical_name\":\"connect",
    "ed\",\"source_name\":\"connected\"}},{\"Function\":{\"canonical_name\":\"deal_hit\",\"source_nam",
    "e\":\"deal_hit\"}},{\"Function\":{\"canonical_name\":\"despawn\",\"source_name\":\"despawn\"}},{\"",
    "Function\":{\"canonical_name\":\"disconnected\",\"source_name\":\"disconnected\"}},{\"Function",
    "\":{\"canonical_name\":\"edit_left\",\"source_name\":\"edit_left\"}},{\"Function\":{\"canonical_",
    "name\":\"fail\",\"source_name\":\"fail\"}},{\"Function\":{\"canonical_name\":\"give\",\"source_nam",
    "e\":\"give\"}},{\"Function\":{\"canonical_name\":\"insert_every_type\",\"source_name\":\"insert_",
    "every_type\"}},{\"Function\":{\"canonical_name\":\"me\",\"source_name\":\"me\"}},{\"Function\":{\"",
    "canonical_name\":\"move_by\",\"source_name\":\"move_by\"}},{\"Function\":{\"canonical_name\":\"n",
    "oop\",\"source_name\":\"noop\"}},{\"Function\":{\"canonical_name\":\"reset\",\"source_name\":\"res",
    "et\"}},{\"Function\":{\"canonical_name\":\"rezone\",\"source_name\":\"rezone\"}},{\"Function\":{\"",
    "canonical_name\":\"send_message\",\"source_name\":\"send_message\"}},{\"Function\":{\"canonica",
    "l_name\":\"set_name\",\"source_name\":\"set_name\"}},{\"Function\":{\"canonical_name\":\"spawn\",",
    "\"source_name\":\"spawn\"}},{\"Function\":{\"canonical_name\":\"spawn_in_tx\",\"source_name\":\"s",
    "pawn_in_tx\"}},{\"Function\":{\"canonical_name\":\"summarise\",\"source_name\":\"summarise\"}},",
    "{\"Function\":{\"canonical_name\":\"swap_right\",\"source_name\":\"swap_right\"}},{\"Function\":",
    "{\"canonical_name\":\"zone_one\",\"source_name\":\"zone_one\"}},{\"Table\":{\"canonical_name\":\"",
    "entity\",\"source_name\":\"entity\"}},{\"Table\":{\"canonical_name\":\"every_type\",\"source_nam",
    "e\":\"every_type\"}},{\"Table\":{\"canonical_name\":\"hit\",\"source_name\":\"hit\"}},{\"Table\":{\"",
    "canonical_name\":\"item\",\"source_name\":\"item\"}},{\"Table\":{\"canonical_name\":\"left\",\"sou",
    "rce_name\":\"left\"}},{\"Table\":{\"canonical_name\":\"message\",\"source_name\":\"message\"}},{\"",
    "Table\":{\"canonical_name\":\"right\",\"source_name\":\"right\"}},{\"Table\":{\"canonical_name\":",
    "\"secret\",\"source_name\":\"secret\"}},{\"Table\":{\"canonical_name\":\"user\",\"source_name\":\"u",
    "ser\"}}]}},{\"LifeCycleReducers\":[{\"function_name\":\"connected\",\"lifecycle_spec\":{\"OnCo",
    "nnect\":[]}},{\"function_name\":\"disconnected\",\"lifecycle_spec\":{\"OnDisconnect\":[]}}]},",
    "{\"Procedures\":[{\"params\":{\"elements\":[]},\"return_type\":{\"Product\":{\"elements\":[]}},\"",
    "source_name\":\"fail\",\"visibility\":{\"ClientCallable\":[]}},{\"params\":{\"elements\":[{\"alg",
    "ebraic_type\":{\"String\":[]},\"name\":{\"some\":\"label\"}}]},\"return_type\":{\"Ref\":12},\"sour",
    "ce_name\":\"summarise\",\"visibility\":{\"ClientCallable\":[]}},{\"params\":{\"elements\":[{\"al",
    "gebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"a\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"",
    "some\":\"b\"}}]},\"return_type\":{\"U32\":[]},\"source_name\":\"add\",\"visibility\":{\"ClientCall",
    "able\":[]}},{\"params\":{\"elements\":[{\"algebraic_type\":{\"U64\":[]},\"name\":{\"some\":\"id\"}}",
    "]},\"return_type\":{\"Product\":{\"elements\":[]}},\"source_name\":\"spawn_in_tx\",\"visibility",
    "\":{\"ClientCallable\":[]}}]},{\"Reducers\":[{\"err_return_type\":{\"String\":[]},\"ok_return_",
    "type\":{\"Product\":{\"elements\":[]}},\"params\":{\"elements\":[]},\"source_name\":\"boom\",\"vis",
    "ibility\":{\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"",
    "Product\":{\"elements\":[]}},\"params\":{\"elements\":[]},\"source_name\":\"connected\",\"visibi",
    "lity\":{\"Private\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Product\":{",
    "\"elements\":[]}},\"params\":{\"elements\":[]},\"source_name\":\"disconnected\",\"visibility\":{",
    "\"Private\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Product\":{\"elemen",
    "ts\":[]}},\"params\":{\"elements\":[]},\"source_name\":\"noop\",\"visibility\":{\"ClientCallable",
    "\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Product\":{\"elements\":[]}}",
    ",\"params\":{\"elements\":[]},\"source_name\":\"reset\",\"visibility\":{\"ClientCallable\":[]}},",
    "{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Product\":{\"elements\":[]}},\"param",
    "s\":{\"elements\":[{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"name\"}}]},\"source_na",
    "me\":\"set_name\",\"visibility\":{\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},",
    "\"ok_return_type\":{\"Product\":{\"elements\":[]}},\"params\":{\"elements\":[{\"algebraic_type\"",
    ":{\"String\":[]},\"name\":{\"some\":\"text\"}}]},\"source_name\":\"send_message\",\"visibility\":{",
    "\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Product\":{",
    "\"elements\":[]}},\"params\":{\"elements\":[{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"i",
    "d\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"note\"}}]},\"source_name\":\"add_le",
    "ft\",\"visibility\":{\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_",
    "type\":{\"Product\":{\"elements\":[]}},\"params\":{\"elements\":[{\"algebraic_type\":{\"U32\":[]}",
    ",\"name\":{\"some\":\"id\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"note\"}}]},\"so",
    "urce_name\":\"edit_left\",\"visibility\":{\"ClientCallable\":[]}},{\"err_return_type\":{\"Stri",
    "ng\":[]},\"ok_return_type\":{\"Product\":{\"elements\":[]}},\"params\":{\"elements\":[{\"algebra",
    "ic_type\":{\"U32\":[]},\"name\":{\"some\":\"id\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some",
    "\":\"left_id\"}}]},\"source_name\":\"add_right\",\"visibility\":{\"ClientCallable\":[]}},{\"err_",
    "return_type\":{\"String\":[]},\"ok_return_type\":{\"Product\":{\"elements\":[]}},\"params\":{\"e",
    "lements\":[{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"key\"}}]},\"source_name\":\"inser",
    "t_every_type\",\"visibility\":{\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"",
    "ok_return_type\":{\"Product\":{\"elements\":[]}},\"params\":{\"elements\":[{\"algebraic_type\":",
    "{\"U32\":[]},\"name\":{\"some\":\"old\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"new\"}",
    "},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"left_id\"}}]},\"source_name\":\"swap_righ",
    "t\",\"visibility\":{\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_t",
    "ype\":{\"Product\":{\"elements\":[]}},\"params\":{\"elements\":[{\"algebraic_type\":{\"U64\":[]},",
    "\"name\":{\"some\":\"first\"}},{\"algebraic_type\":{\"U64\":[]},\"name\":{\"some\":\"count\"}},{\"alg",
    "ebraic_type\":{\"F32\":[]},\"name\":{\"some\":\"dx\"}}]},\"source_name\":\"move_by\",\"visibility\"",
    ":{\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Product\"",
    ":{\"elements\":[]}},\"params\":{\"elements\":[{\"algebraic_type\":{\"U64\":[]},\"name\":{\"some\":",
    "\"first\"}},{\"algebraic_type\":{\"U64\":[]},\"name\":{\"some\":\"count\"}},{\"algebraic_type\":{\"",
    "U32\":[]},\"name\":{\"some\":\"zone\"}}]},\"source_name\":\"spawn\",\"visibility\":{\"ClientCallab",
    "le\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Product\":{\"elements\":[]",
    "}},\"params\":{\"elements\":[{\"algebraic_type\":{\"U64\":[]},\"name\":{\"some\":\"first\"}},{\"alg",
    "ebraic_type\":{\"U64\":[]},\"name\":{\"some\":\"count\"}}]},\"source_name\":\"despawn\",\"visibili",
    "ty\":{\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Produ",
    "ct\":{\"elements\":[]}},\"params\":{\"elements\":[{\"algebraic_type\":{\"U64\":[]},\"name\":{\"som",
    "e\":\"id\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"zone\"}}]},\"source_name\":\"rezo",
    "ne\",\"visibility\":{\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_",
    "type\":{\"Product\":{\"elements\":[]}},\"params\":{\"elements\":[{\"algebraic_type\":{\"U64\":[]}",
    ",\"name\":{\"some\":\"owner\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"serial\"}},",
    "{\"algebraic_type\":{\"Array\":{\"String\":[]}},\"name\":{\"some\":\"tags\"}}]},\"source_name\":\"g",
    "ive\",\"visibility\":{\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return",
    "_type\":{\"Product\":{\"elements\":[]}},\"params\":{\"elements\":[{\"algebraic_type\":{\"U64\":[]",
    "},\"name\":{\"some\":\"target\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"amount\"}},{",
    "\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"times\"}}]},\"source_name\":\"deal_hit\",\"vis",
    "ibility\":{\"ClientCallable\":[]}}]},{\"Tables\":[{\"constraints\":[],\"indexes\":[],\"is_even",
    "t\":false,\"primary_key\":[],\"product_type_ref\":9,\"source_name\":\"message\",\"table_access",
    "\":{\"Public\":[]},\"table_type\":{\"User\":[]}},{\"constraints\":[],\"indexes\":[],\"is_event\":",
    "true,\"primary_key\":[],\"product_type_ref\":5,\"source_name\":\"hit\",\"table_access\":{\"Publ",
    "ic\":[]},\"table_type\":{\"User\":[]}},{\"constraints\":[{\"data\":{\"Unique\":{\"columns\":[0]}}",
    ",\"source_name\":{\"some\":\"entity_id_key\"}}],\"indexes\":[{\"accessor_name\":{\"some\":\"id\"},",
    "\"algorithm\":{\"BTree\":[0]},\"source_name\":{\"some\":\"entity_id_idx_btree\"}},{\"accessor_n",
    "ame\":{\"some\":\"zone\"},\"algorithm\":{\"BTree\":[1]},\"source_name\":{\"some\":\"entity_zone_id",
    "x_btree\"}}],\"is_event\":false,\"primary_key\":[0],\"product_type_ref\":0,\"source_name\":\"e",
    "ntity\",\"table_access\":{\"Public\":[]},\"table_type\":{\"User\":[]}},{\"constraints\":[{\"data",
    "\":{\"Unique\":{\"columns\":[0]}},\"source_name\":{\"some\":\"every_type_key_key\"}}],\"indexes\"",
    ":[{\"accessor_name\":{\"some\":\"key\"},\"algorithm\":{\"BTree\":[0]},\"source_name\":{\"some\":\"e",
    "very_type_key_idx_btree\"}}],\"is_event\":false,\"primary_key\":[0],\"product_type_ref\":2,",
    "\"source_name\":\"every_type\",\"table_access\":{\"Public\":[]},\"table_type\":{\"User\":[]}},{\"",
    "constraints\":[{\"data\":{\"Unique\":{\"columns\":[0]}},\"source_name\":{\"some\":\"item_id_key\"",
    "}},{\"data\":{\"Unique\":{\"columns\":[2]}},\"source_name\":{\"some\":\"item_serial_key\"}}],\"in",
    "dexes\":[{\"accessor_name\":{\"some\":\"id\"},\"algorithm\":{\"BTree\":[0]},\"source_name\":{\"som",
    "e\":\"item_id_idx_btree\"}},{\"accessor_name\":{\"some\":\"owner\"},\"algorithm\":{\"BTree\":[1]}",
    ",\"source_name\":{\"some\":\"item_owner_idx_btree\"}},{\"accessor_name\":{\"some\":\"serial\"},\"",
    "algorithm\":{\"BTree\":[2]},\"source_name\":{\"some\":\"item_serial_idx_btree\"}}],\"is_event\"",
    ":false,\"primary_key\":[0],\"product_type_ref\":6,\"source_name\":\"item\",\"table_access\":{\"",
    "Public\":[]},\"table_type\":{\"User\":[]}},{\"constraints\":[{\"data\":{\"Unique\":{\"columns\":[",
    "0]}},\"source_name\":{\"some\":\"left_id_key\"}}],\"indexes\":[{\"accessor_name\":{\"some\":\"id\"",
    "},\"algorithm\":{\"BTree\":[0]},\"source_name\":{\"some\":\"left_id_idx_btree\"}}],\"is_event\":",
    "false,\"primary_key\":[0],\"product_type_ref\":7,\"source_name\":\"left\",\"table_access\":{\"P",
    "ublic\":[]},\"table_type\":{\"User\":[]}},{\"constraints\":[{\"data\":{\"Unique\":{\"columns\":[0",
    "]}},\"source_name\":{\"some\":\"right_id_key\"}}],\"indexes\":[{\"accessor_name\":{\"some\":\"id\"",
    "},\"algorithm\":{\"BTree\":[0]},\"source_name\":{\"some\":\"right_id_idx_btree\"}},{\"accessor_",
    "name\":{\"some\":\"left_id\"},\"algorithm\":{\"BTree\":[1]},\"source_name\":{\"some\":\"right_left",
    "_id_idx_btree\"}}],\"is_event\":false,\"primary_key\":[0],\"product_type_ref\":10,\"source_n",
    "ame\":\"right\",\"table_access\":{\"Public\":[]},\"table_type\":{\"User\":[]}},{\"constraints\":[",
    "{\"data\":{\"Unique\":{\"columns\":[0]}},\"source_name\":{\"some\":\"secret_id_key\"}}],\"indexes",
    "\":[{\"accessor_name\":{\"some\":\"id\"},\"algorithm\":{\"BTree\":[0]},\"source_name\":{\"some\":\"s",
    "ecret_id_idx_btree\"}}],\"is_event\":false,\"primary_key\":[0],\"product_type_ref\":11,\"sou",
    "rce_name\":\"secret\",\"table_access\":{\"Private\":[]},\"table_type\":{\"User\":[]}},{\"constra",
    "ints\":[{\"data\":{\"Unique\":{\"columns\":[0]}},\"source_name\":{\"some\":\"user_identity_key\"}",
    "}],\"indexes\":[{\"accessor_name\":{\"some\":\"identity\"},\"algorithm\":{\"BTree\":[0]},\"source",
    "_name\":{\"some\":\"user_identity_idx_btree\"}}],\"is_event\":false,\"primary_key\":[0],\"prod",
    "uct_type_ref\":8,\"source_name\":\"user\",\"table_access\":{\"Public\":[]},\"table_type\":{\"Use",
    "r\":[]}}]},{\"Types\":[{\"source_name\":{\"scope\":[],\"source_name\":\"Effect\"},\"ty\":4},{\"sou",
    "rce_name\":{\"scope\":[],\"source_name\":\"Entity\"},\"ty\":0},{\"source_name\":{\"scope\":[],\"so",
    "urce_name\":\"EveryType\"},\"ty\":2},{\"source_name\":{\"scope\":[],\"source_name\":\"Hit\"},\"ty\"",
    ":5},{\"source_name\":{\"scope\":[],\"source_name\":\"Item\"},\"ty\":6},{\"source_name\":{\"scope\"",
    ":[],\"source_name\":\"Left\"},\"ty\":7},{\"source_name\":{\"scope\":[],\"source_name\":\"Message\"",
    "},\"ty\":9},{\"source_name\":{\"scope\":[],\"source_name\":\"Rank\"},\"ty\":3},{\"source_name\":{\"",
    "scope\":[],\"source_name\":\"Right\"},\"ty\":10},{\"source_name\":{\"scope\":[],\"source_name\":\"",
    "Secret\"},\"ty\":11},{\"source_name\":{\"scope\":[],\"source_name\":\"Summary\"},\"ty\":12},{\"sou",
    "rce_name\":{\"scope\":[],\"source_name\":\"User\"},\"ty\":8},{\"source_name\":{\"scope\":[],\"sour",
    "ce_name\":\"Vec3\"},\"ty\":1}]},{\"Typespace\":{\"types\":[{\"Product\":{\"elements\":[{\"algebrai",
    "c_type\":{\"U64\":[]},\"name\":{\"some\":\"id\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\"",
    ":\"zone\"}},{\"algebraic_type\":{\"Ref\":1},\"name\":{\"some\":\"position\"}},{\"algebraic_type\":",
    "{\"I32\":[]},\"name\":{\"some\":\"hp\"}}]}},{\"Product\":{\"elements\":[{\"algebraic_type\":{\"F32\"",
    ":[]},\"name\":{\"some\":\"x\"}},{\"algebraic_type\":{\"F32\":[]},\"name\":{\"some\":\"y\"}},{\"algebr",
    "aic_type\":{\"F32\":[]},\"name\":{\"some\":\"z\"}}]}},{\"Product\":{\"elements\":[{\"algebraic_typ",
    "e\":{\"U32\":[]},\"name\":{\"some\":\"key\"}},{\"algebraic_type\":{\"Bool\":[]},\"name\":{\"some\":\"b",
    "\"}},{\"algebraic_type\":{\"U8\":[]},\"name\":{\"some\":\"u_8\"}},{\"algebraic_type\":{\"U16\":[]},",
    "\"name\":{\"some\":\"u_16\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"u_32\"}},{\"algeb",
    "raic_type\":{\"U64\":[]},\"name\":{\"some\":\"u_64\"}},{\"algebraic_type\":{\"U128\":[]},\"name\":{",
    "\"some\":\"u_128\"}},{\"algebraic_type\":{\"U256\":[]},\"name\":{\"some\":\"u_256\"}},{\"algebraic_",
    "type\":{\"I8\":[]},\"name\":{\"some\":\"i_8\"}},{\"algebraic_type\":{\"I16\":[]},\"name\":{\"some\":\"",
    "i_16\"}},{\"algebraic_type\":{\"I32\":[]},\"name\":{\"some\":\"i_32\"}},{\"algebraic_type\":{\"I64",
    "\":[]},\"name\":{\"some\":\"i_64\"}},{\"algebraic_type\":{\"I128\":[]},\"name\":{\"some\":\"i_128\"}}",
    ",{\"algebraic_type\":{\"I256\":[]},\"name\":{\"some\":\"i_256\"}},{\"algebraic_type\":{\"F32\":[]}",
    ",\"name\":{\"some\":\"f_32\"}},{\"algebraic_type\":{\"F64\":[]},\"name\":{\"some\":\"f_64\"}},{\"alge",
    "braic_type\":{\"String\":[]},\"name\":{\"some\":\"string\"}},{\"algebraic_type\":{\"Array\":{\"U8\"",
    ":[]}},\"name\":{\"some\":\"bytes\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[{\"algebraic",
    "_type\":{\"U256\":[]},\"name\":{\"some\":\"__identity__\"}}]}},\"name\":{\"some\":\"identity\"}},{\"",
    "algebraic_type\":{\"Product\":{\"elements\":[{\"algebraic_type\":{\"U128\":[]},\"name\":{\"some\"",
    ":\"__connection_id__\"}}]}},\"name\":{\"some\":\"connection_id\"}},{\"algebraic_type\":{\"Produ",
    "ct\":{\"elements\":[{\"algebraic_type\":{\"I64\":[]},\"name\":{\"some\":\"__timestamp_micros_sin",
    "ce_unix_epoch__\"}}]}},\"name\":{\"some\":\"timestamp\"}},{\"algebraic_type\":{\"Product\":{\"el",
    "ements\":[{\"algebraic_type\":{\"I64\":[]},\"name\":{\"some\":\"__time_duration_micros__\"}}]}}",
    ",\"name\":{\"some\":\"duration\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[{\"algebraic_t",
    "ype\":{\"U128\":[]},\"name\":{\"some\":\"__uuid__\"}}]}},\"name\":{\"some\":\"uuid\"}},{\"algebraic_",
    "type\":{\"Sum\":{\"variants\":[{\"algebraic_type\":{\"I32\":[]},\"name\":{\"some\":\"some\"}},{\"alg",
    "ebraic_type\":{\"Product\":{\"elements\":[]}},\"name\":{\"some\":\"none\"}}]}},\"name\":{\"some\":\"",
    "some_i_32\"}},{\"algebraic_type\":{\"Sum\":{\"variants\":[{\"algebraic_type\":{\"I32\":[]},\"nam",
    "e\":{\"some\":\"some\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[]}},\"name\":{\"some\":\"no",
    "ne\"}}]}},\"name\":{\"some\":\"none_i_32\"}},{\"algebraic_type\":{\"Ref\":3},\"name\":{\"some\":\"ra",
    "nk\"}},{\"algebraic_type\":{\"Ref\":4},\"name\":{\"some\":\"effect\"}},{\"algebraic_type\":{\"Arra",
    "y\":{\"Ref\":4}},\"name\":{\"some\":\"effects\"}},{\"algebraic_type\":{\"Array\":{\"Ref\":1}},\"name",
    "\":{\"some\":\"nested\"}},{\"algebraic_type\":{\"Sum\":{\"variants\":[{\"algebraic_type\":{\"Array",
    "\":{\"String\":[]}},\"name\":{\"some\":\"some\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[]",
    "}},\"name\":{\"some\":\"none\"}}]}},\"name\":{\"some\":\"maybe_vec\"}},{\"algebraic_type\":{\"Sum\":",
    "{\"variants\":[{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"ok\"}},{\"algebraic_type\":{\"",
    "String\":[]},\"name\":{\"some\":\"err\"}}]}},\"name\":{\"some\":\"result\"}}]}},{\"Sum\":{\"variants",
    "\":[{\"algebraic_type\":{\"Product\":{\"elements\":[]}},\"name\":{\"some\":\"recruit\"}},{\"algebr",
    "aic_type\":{\"Product\":{\"elements\":[]}},\"name\":{\"some\":\"knight\"}},{\"algebraic_type\":{\"",
    "Product\":{\"elements\":[]}},\"name\":{\"some\":\"lord\"}}]}},{\"Sum\":{\"variants\":[{\"algebraic",
    "_type\":{\"Product\":{\"elements\":[]}},\"name\":{\"some\":\"nothing\"}},{\"algebraic_type\":{\"U3",
    "2\":[]},\"name\":{\"some\":\"damage\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"say",
    "\"}},{\"algebraic_type\":{\"Ref\":1},\"name\":{\"some\":\"move\"}},{\"algebraic_type\":{\"Array\":{",
    "\"U8\":[]}},\"name\":{\"some\":\"many\"}}]}},{\"Product\":{\"elements\":[{\"algebraic_type\":{\"U64",
    "\":[]},\"name\":{\"some\":\"target\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"amount\"",
    "}}]}},{\"Product\":{\"elements\":[{\"algebraic_type\":{\"U64\":[]},\"name\":{\"some\":\"id\"}},{\"a",
    "lgebraic_type\":{\"U64\":[]},\"name\":{\"some\":\"owner\"}},{\"algebraic_type\":{\"String\":[]},\"",
    "name\":{\"some\":\"serial\"}},{\"algebraic_type\":{\"Array\":{\"String\":[]}},\"name\":{\"some\":\"t",
    "ags\"}}]}},{\"Product\":{\"elements\":[{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"id\"}}",
    ",{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"note\"}}]}},{\"Product\":{\"elements\":[",
    "{\"algebraic_type\":{\"Product\":{\"elements\":[{\"algebraic_type\":{\"U256\":[]},\"name\":{\"som",
    "e\":\"__identity__\"}}]}},\"name\":{\"some\":\"identity\"}},{\"algebraic_type\":{\"Sum\":{\"varian",
    "ts\":[{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"some\"}},{\"algebraic_type\":{\"Pro",
    "duct\":{\"elements\":[]}},\"name\":{\"some\":\"none\"}}]}},\"name\":{\"some\":\"name\"}},{\"algebrai",
    "c_type\":{\"Bool\":[]},\"name\":{\"some\":\"online\"}}]}},{\"Product\":{\"elements\":[{\"algebraic",
    "_type\":{\"Product\":{\"elements\":[{\"algebraic_type\":{\"U256\":[]},\"name\":{\"some\":\"__ident",
    "ity__\"}}]}},\"name\":{\"some\":\"sender\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[{\"al",
    "gebraic_type\":{\"I64\":[]},\"name\":{\"some\":\"__timestamp_micros_since_unix_epoch__\"}}]}}",
    ",\"name\":{\"some\":\"sent\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"text\"}}]}},",
    "{\"Product\":{\"elements\":[{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"id\"}},{\"algebra",
    "ic_type\":{\"U32\":[]},\"name\":{\"some\":\"left_id\"}}]}},{\"Product\":{\"elements\":[{\"algebrai",
    "c_type\":{\"U32\":[]},\"name\":{\"some\":\"id\"}}]}},{\"Product\":{\"elements\":[{\"algebraic_type",
    "\":{\"U64\":[]},\"name\":{\"some\":\"total\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\"",
    ":\"label\"}}]}}]}},{\"Views\":[{\"index\":0,\"is_anonymous\":false,\"is_public\":true,\"params\"",
    ":{\"elements\":[]},\"return_type\":{\"Sum\":{\"variants\":[{\"algebraic_type\":{\"Ref\":8},\"name",
    "\":{\"some\":\"some\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[]}},\"name\":{\"some\":\"non",
    "e\"}}]}},\"source_name\":\"me\"},{\"index\":0,\"is_anonymous\":true,\"is_public\":true,\"params\"",
    ":{\"elements\":[]},\"return_type\":{\"Array\":{\"Ref\":0}},\"source_name\":\"zone_one\"}]}]}",
};

stdb_status module_bindings_with_schema(stdb_connection_builder *builder, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    for (size_t i = 0; i < sizeof module_bindings_schema / sizeof module_bindings_schema[0] && status == STDB_OK; i++) {
        stdb_bytes piece;
        piece.data = (const uint8_t *)module_bindings_schema[i];
        piece.len = strlen(module_bindings_schema[i]);
        status = stdb_bsatn_writer_raw(writer, piece, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u8(writer, 0, error);
    }
    if (status == STDB_OK) {
        const char *json = (const char *)stdb_bsatn_writer_data(writer).data;
        status = stdb_connection_builder_with_schema_json(builder, json, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

/* A callback of any type, with what it was registered with. */
typedef void (*module_bindings_fn)(void);
typedef struct module_bindings_closure {
    module_bindings_fn callback;
    void *user_data;
    stdb_drop_fn drop;
} module_bindings_closure;

static module_bindings_closure *module_bindings_close(module_bindings_fn callback, void *user_data, stdb_drop_fn drop)
{
    module_bindings_closure *closure = (module_bindings_closure *)malloc(sizeof *closure);
    if (closure == NULL) {
        /* As the library does. */
        abort();
    }
    closure->callback = callback;
    closure->user_data = user_data;
    closure->drop = drop;
    return closure;
}

static void module_bindings_drop_closure(void *data)
{
    module_bindings_closure *closure = (module_bindings_closure *)data;
    if (closure->drop != NULL) {
        closure->drop(closure->user_data);
    }
    free(closure);
}

typedef stdb_status (*module_bindings_on_row_fn)(
    const stdb_table *, stdb_row_fn, void *, stdb_drop_fn, uint64_t *, stdb_error **);

static stdb_status module_bindings_on_row(
    stdb_connection *connection, const char *name, module_bindings_on_row_fn add, stdb_row_fn handler,
    module_bindings_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id, stdb_error **error)
{
    module_bindings_closure *closure = module_bindings_close(callback, user_data, drop);
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, name, &table, error);
    if (status != STDB_OK) {
        module_bindings_drop_closure(closure);
        return status;
    }
    return add(table, handler, closure, module_bindings_drop_closure, callback_id, error);
}

static stdb_status module_bindings_on_update(
    stdb_connection *connection, const char *name, stdb_update_fn handler, module_bindings_fn callback,
    void *user_data, stdb_drop_fn drop, uint64_t *callback_id, stdb_error **error)
{
    module_bindings_closure *closure = module_bindings_close(callback, user_data, drop);
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, name, &table, error);
    if (status != STDB_OK) {
        module_bindings_drop_closure(closure);
        return status;
    }
    return stdb_table_on_update(table, handler, closure, module_bindings_drop_closure, callback_id, error);
}

static stdb_status module_bindings_on_reducer(
    stdb_connection *connection, const char *name, stdb_event_fn handler, module_bindings_fn callback,
    void *user_data, stdb_drop_fn drop, uint64_t *callback_id, stdb_error **error)
{
    module_bindings_closure *closure = module_bindings_close(callback, user_data, drop);
    return stdb_connection_on_reducer(
        connection, name, handler, closure, module_bindings_drop_closure, callback_id, error);
}

static void module_bindings_drop_now(stdb_drop_fn drop, void *user_data)
{
    if (drop != NULL) {
        drop(user_data);
    }
}

/* Writes so many bytes of a number, the lowest first. */
static void module_bindings_put(uint8_t *bytes, uint64_t value, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
}

/* ---- The table `entity` ---- */

static void module_bindings_entity_row(const stdb_context *context, const stdb_row *row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor cursor = module_bindings_over(row->data, row->len);
    Entity typed = module_bindings_read_entity(&cursor);
    ((entity_row_fn)closure->callback)(context, &typed, closure->user_data);
}

static void module_bindings_entity_update(
    const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor old_cursor = module_bindings_over(old_row->data, old_row->len);
    module_bindings_cursor new_cursor = module_bindings_over(new_row->data, new_row->len);
    Entity old_typed = module_bindings_read_entity(&old_cursor);
    Entity new_typed = module_bindings_read_entity(&new_cursor);
    ((entity_update_fn)closure->callback)(context, &old_typed, &new_typed, closure->user_data);
}

stdb_status entity_on_insert(
    stdb_connection *connection, entity_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "entity", stdb_table_on_insert, callback == NULL ? NULL : module_bindings_entity_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status entity_on_before_delete(
    stdb_connection *connection, entity_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "entity", stdb_table_on_before_delete, callback == NULL ? NULL : module_bindings_entity_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status entity_on_delete(
    stdb_connection *connection, entity_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "entity", stdb_table_on_delete, callback == NULL ? NULL : module_bindings_entity_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status entity_on_update(
    stdb_connection *connection, entity_update_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_update(
        connection, "entity", callback == NULL ? NULL : module_bindings_entity_update, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

stdb_status entity_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "entity", &table, error);
    return status == STDB_OK ? stdb_table_remove_callback(table, callback_id, error) : status;
}

stdb_status entity_count(stdb_connection *connection, uint64_t *count, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "entity", &table, error);
    return status == STDB_OK ? stdb_table_count(table, count, error) : status;
}

stdb_status entity_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "entity", &table, error);
    return status == STDB_OK ? stdb_table_iter(table, iter, error) : status;
}

bool entity_next(stdb_row_iter *iter, Entity *row)
{
    stdb_row next;
    if (row == NULL || !stdb_row_iter_next(iter, &next)) {
        return false;
    }
    module_bindings_cursor cursor = module_bindings_over(next.data, next.len);
    *row = module_bindings_read_entity(&cursor);
    return true;
}

stdb_status entity_find_by_id(stdb_connection *connection, uint64_t id, Entity *row, stdb_error **error)
{
    stdb_row found;
    const stdb_table *table = NULL;
    stdb_bytes key_bsatn;
    uint8_t key_bytes[8];
    module_bindings_put(key_bytes + 0, (uint64_t)id, 8);
    key_bsatn.data = key_bytes;
    key_bsatn.len = sizeof key_bytes;
    stdb_status status = stdb_connection_table(connection, "entity", &table, error);
    if (status == STDB_OK) {
        status = stdb_table_find(table, "id", key_bsatn, &found, error);
    }
    if (status == STDB_OK && row != NULL) {
        module_bindings_cursor cursor = module_bindings_over(found.data, found.len);
        *row = module_bindings_read_entity(&cursor);
    }
    return status;
}

stdb_status entity_filter_by_zone(stdb_connection *connection, uint32_t zone, stdb_row_iter **iter, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_bytes key_bsatn;
    uint8_t key_bytes[4];
    module_bindings_put(key_bytes + 0, (uint64_t)zone, 4);
    key_bsatn.data = key_bytes;
    key_bsatn.len = sizeof key_bytes;
    stdb_status status = stdb_connection_table(connection, "entity", &table, error);
    if (status == STDB_OK) {
        status = stdb_table_filter(table, "entity_zone_idx_btree", key_bsatn, iter, error);
    }
    return status;
}

/* ---- The table `every_type` ---- */

static void module_bindings_every_type_row(const stdb_context *context, const stdb_row *row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor cursor = module_bindings_over(row->data, row->len);
    EveryType typed = module_bindings_read_every_type(&cursor);
    ((every_type_row_fn)closure->callback)(context, &typed, closure->user_data);
}

static void module_bindings_every_type_update(
    const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor old_cursor = module_bindings_over(old_row->data, old_row->len);
    module_bindings_cursor new_cursor = module_bindings_over(new_row->data, new_row->len);
    EveryType old_typed = module_bindings_read_every_type(&old_cursor);
    EveryType new_typed = module_bindings_read_every_type(&new_cursor);
    ((every_type_update_fn)closure->callback)(context, &old_typed, &new_typed, closure->user_data);
}

stdb_status every_type_on_insert(
    stdb_connection *connection, every_type_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "every_type", stdb_table_on_insert, callback == NULL ? NULL : module_bindings_every_type_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status every_type_on_before_delete(
    stdb_connection *connection, every_type_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "every_type", stdb_table_on_before_delete, callback == NULL ? NULL : module_bindings_every_type_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status every_type_on_delete(
    stdb_connection *connection, every_type_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "every_type", stdb_table_on_delete, callback == NULL ? NULL : module_bindings_every_type_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status every_type_on_update(
    stdb_connection *connection, every_type_update_fn callback, void *user_data, stdb_drop_fn drop,
    uint64_t *callback_id, stdb_error **error)
{
    return module_bindings_on_update(
        connection, "every_type", callback == NULL ? NULL : module_bindings_every_type_update,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status every_type_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "every_type", &table, error);
    return status == STDB_OK ? stdb_table_remove_callback(table, callback_id, error) : status;
}

stdb_status every_type_count(stdb_connection *connection, uint64_t *count, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "every_type", &table, error);
    return status == STDB_OK ? stdb_table_count(table, count, error) : status;
}

stdb_status every_type_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "every_type", &table, error);
    return status == STDB_OK ? stdb_table_iter(table, iter, error) : status;
}

bool every_type_next(stdb_row_iter *iter, EveryType *row)
{
    stdb_row next;
    if (row == NULL || !stdb_row_iter_next(iter, &next)) {
        return false;
    }
    module_bindings_cursor cursor = module_bindings_over(next.data, next.len);
    *row = module_bindings_read_every_type(&cursor);
    return true;
}

stdb_status every_type_find_by_key(stdb_connection *connection, uint32_t key, EveryType *row, stdb_error **error)
{
    stdb_row found;
    const stdb_table *table = NULL;
    stdb_bytes key_bsatn;
    uint8_t key_bytes[4];
    module_bindings_put(key_bytes + 0, (uint64_t)key, 4);
    key_bsatn.data = key_bytes;
    key_bsatn.len = sizeof key_bytes;
    stdb_status status = stdb_connection_table(connection, "every_type", &table, error);
    if (status == STDB_OK) {
        status = stdb_table_find(table, "key", key_bsatn, &found, error);
    }
    if (status == STDB_OK && row != NULL) {
        module_bindings_cursor cursor = module_bindings_over(found.data, found.len);
        *row = module_bindings_read_every_type(&cursor);
    }
    return status;
}

/* ---- The table `hit` ---- */

static void module_bindings_hit_row(const stdb_context *context, const stdb_row *row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor cursor = module_bindings_over(row->data, row->len);
    Hit typed = module_bindings_read_hit(&cursor);
    ((hit_row_fn)closure->callback)(context, &typed, closure->user_data);
}

stdb_status hit_on_insert(
    stdb_connection *connection, hit_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "hit", stdb_table_on_insert, callback == NULL ? NULL : module_bindings_hit_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status hit_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "hit", &table, error);
    return status == STDB_OK ? stdb_table_remove_callback(table, callback_id, error) : status;
}

/* ---- The table `item` ---- */

static void module_bindings_item_row(const stdb_context *context, const stdb_row *row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor cursor = module_bindings_over(row->data, row->len);
    Item typed = module_bindings_read_item(&cursor);
    ((item_row_fn)closure->callback)(context, &typed, closure->user_data);
}

static void module_bindings_item_update(
    const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor old_cursor = module_bindings_over(old_row->data, old_row->len);
    module_bindings_cursor new_cursor = module_bindings_over(new_row->data, new_row->len);
    Item old_typed = module_bindings_read_item(&old_cursor);
    Item new_typed = module_bindings_read_item(&new_cursor);
    ((item_update_fn)closure->callback)(context, &old_typed, &new_typed, closure->user_data);
}

stdb_status item_on_insert(
    stdb_connection *connection, item_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "item", stdb_table_on_insert, callback == NULL ? NULL : module_bindings_item_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status item_on_before_delete(
    stdb_connection *connection, item_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "item", stdb_table_on_before_delete, callback == NULL ? NULL : module_bindings_item_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status item_on_delete(
    stdb_connection *connection, item_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "item", stdb_table_on_delete, callback == NULL ? NULL : module_bindings_item_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status item_on_update(
    stdb_connection *connection, item_update_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_update(
        connection, "item", callback == NULL ? NULL : module_bindings_item_update, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

stdb_status item_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "item", &table, error);
    return status == STDB_OK ? stdb_table_remove_callback(table, callback_id, error) : status;
}

stdb_status item_count(stdb_connection *connection, uint64_t *count, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "item", &table, error);
    return status == STDB_OK ? stdb_table_count(table, count, error) : status;
}

stdb_status item_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "item", &table, error);
    return status == STDB_OK ? stdb_table_iter(table, iter, error) : status;
}

bool item_next(stdb_row_iter *iter, Item *row)
{
    stdb_row next;
    if (row == NULL || !stdb_row_iter_next(iter, &next)) {
        return false;
    }
    module_bindings_cursor cursor = module_bindings_over(next.data, next.len);
    *row = module_bindings_read_item(&cursor);
    return true;
}

stdb_status item_find_by_id(stdb_connection *connection, uint64_t id, Item *row, stdb_error **error)
{
    stdb_row found;
    const stdb_table *table = NULL;
    stdb_bytes key_bsatn;
    uint8_t key_bytes[8];
    module_bindings_put(key_bytes + 0, (uint64_t)id, 8);
    key_bsatn.data = key_bytes;
    key_bsatn.len = sizeof key_bytes;
    stdb_status status = stdb_connection_table(connection, "item", &table, error);
    if (status == STDB_OK) {
        status = stdb_table_find(table, "id", key_bsatn, &found, error);
    }
    if (status == STDB_OK && row != NULL) {
        module_bindings_cursor cursor = module_bindings_over(found.data, found.len);
        *row = module_bindings_read_item(&cursor);
    }
    return status;
}

stdb_status item_find_by_serial(stdb_connection *connection, const char *serial, Item *row, stdb_error **error)
{
    stdb_row found;
    const stdb_table *table = NULL;
    stdb_bytes key_bsatn;
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = stdb_connection_table(connection, "item", &table, error);
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_string(writer, serial, error);
    }
    key_bsatn = stdb_bsatn_writer_data(writer);
    if (status == STDB_OK) {
        status = stdb_table_find(table, "serial", key_bsatn, &found, error);
    }
    stdb_bsatn_writer_free(writer);
    if (status == STDB_OK && row != NULL) {
        module_bindings_cursor cursor = module_bindings_over(found.data, found.len);
        *row = module_bindings_read_item(&cursor);
    }
    return status;
}

stdb_status item_filter_by_owner(stdb_connection *connection, uint64_t owner, stdb_row_iter **iter, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_bytes key_bsatn;
    uint8_t key_bytes[8];
    module_bindings_put(key_bytes + 0, (uint64_t)owner, 8);
    key_bsatn.data = key_bytes;
    key_bsatn.len = sizeof key_bytes;
    stdb_status status = stdb_connection_table(connection, "item", &table, error);
    if (status == STDB_OK) {
        status = stdb_table_filter(table, "item_owner_idx_btree", key_bsatn, iter, error);
    }
    return status;
}

/* ---- The table `left` ---- */

static void module_bindings_left_row(const stdb_context *context, const stdb_row *row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor cursor = module_bindings_over(row->data, row->len);
    Left typed = module_bindings_read_left(&cursor);
    ((left_row_fn)closure->callback)(context, &typed, closure->user_data);
}

static void module_bindings_left_update(
    const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor old_cursor = module_bindings_over(old_row->data, old_row->len);
    module_bindings_cursor new_cursor = module_bindings_over(new_row->data, new_row->len);
    Left old_typed = module_bindings_read_left(&old_cursor);
    Left new_typed = module_bindings_read_left(&new_cursor);
    ((left_update_fn)closure->callback)(context, &old_typed, &new_typed, closure->user_data);
}

stdb_status left_on_insert(
    stdb_connection *connection, left_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "left", stdb_table_on_insert, callback == NULL ? NULL : module_bindings_left_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status left_on_before_delete(
    stdb_connection *connection, left_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "left", stdb_table_on_before_delete, callback == NULL ? NULL : module_bindings_left_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status left_on_delete(
    stdb_connection *connection, left_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "left", stdb_table_on_delete, callback == NULL ? NULL : module_bindings_left_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status left_on_update(
    stdb_connection *connection, left_update_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_update(
        connection, "left", callback == NULL ? NULL : module_bindings_left_update, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

stdb_status left_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "left", &table, error);
    return status == STDB_OK ? stdb_table_remove_callback(table, callback_id, error) : status;
}

stdb_status left_count(stdb_connection *connection, uint64_t *count, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "left", &table, error);
    return status == STDB_OK ? stdb_table_count(table, count, error) : status;
}

stdb_status left_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "left", &table, error);
    return status == STDB_OK ? stdb_table_iter(table, iter, error) : status;
}

bool left_next(stdb_row_iter *iter, Left *row)
{
    stdb_row next;
    if (row == NULL || !stdb_row_iter_next(iter, &next)) {
        return false;
    }
    module_bindings_cursor cursor = module_bindings_over(next.data, next.len);
    *row = module_bindings_read_left(&cursor);
    return true;
}

stdb_status left_find_by_id(stdb_connection *connection, uint32_t id, Left *row, stdb_error **error)
{
    stdb_row found;
    const stdb_table *table = NULL;
    stdb_bytes key_bsatn;
    uint8_t key_bytes[4];
    module_bindings_put(key_bytes + 0, (uint64_t)id, 4);
    key_bsatn.data = key_bytes;
    key_bsatn.len = sizeof key_bytes;
    stdb_status status = stdb_connection_table(connection, "left", &table, error);
    if (status == STDB_OK) {
        status = stdb_table_find(table, "id", key_bsatn, &found, error);
    }
    if (status == STDB_OK && row != NULL) {
        module_bindings_cursor cursor = module_bindings_over(found.data, found.len);
        *row = module_bindings_read_left(&cursor);
    }
    return status;
}

/* ---- The table `me` ---- */

static void module_bindings_me_row(const stdb_context *context, const stdb_row *row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor cursor = module_bindings_over(row->data, row->len);
    User typed = module_bindings_read_user(&cursor);
    ((me_row_fn)closure->callback)(context, &typed, closure->user_data);
}

stdb_status me_on_insert(
    stdb_connection *connection, me_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "me", stdb_table_on_insert, callback == NULL ? NULL : module_bindings_me_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status me_on_before_delete(
    stdb_connection *connection, me_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "me", stdb_table_on_before_delete, callback == NULL ? NULL : module_bindings_me_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status me_on_delete(
    stdb_connection *connection, me_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "me", stdb_table_on_delete, callback == NULL ? NULL : module_bindings_me_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status me_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "me", &table, error);
    return status == STDB_OK ? stdb_table_remove_callback(table, callback_id, error) : status;
}

stdb_status me_count(stdb_connection *connection, uint64_t *count, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "me", &table, error);
    return status == STDB_OK ? stdb_table_count(table, count, error) : status;
}

stdb_status me_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "me", &table, error);
    return status == STDB_OK ? stdb_table_iter(table, iter, error) : status;
}

bool me_next(stdb_row_iter *iter, User *row)
{
    stdb_row next;
    if (row == NULL || !stdb_row_iter_next(iter, &next)) {
        return false;
    }
    module_bindings_cursor cursor = module_bindings_over(next.data, next.len);
    *row = module_bindings_read_user(&cursor);
    return true;
}

/* ---- The table `message` ---- */

static void module_bindings_message_row(const stdb_context *context, const stdb_row *row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor cursor = module_bindings_over(row->data, row->len);
    Message typed = module_bindings_read_message(&cursor);
    ((message_row_fn)closure->callback)(context, &typed, closure->user_data);
}

stdb_status message_on_insert(
    stdb_connection *connection, message_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "message", stdb_table_on_insert, callback == NULL ? NULL : module_bindings_message_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status message_on_before_delete(
    stdb_connection *connection, message_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "message", stdb_table_on_before_delete, callback == NULL ? NULL : module_bindings_message_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status message_on_delete(
    stdb_connection *connection, message_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "message", stdb_table_on_delete, callback == NULL ? NULL : module_bindings_message_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status message_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "message", &table, error);
    return status == STDB_OK ? stdb_table_remove_callback(table, callback_id, error) : status;
}

stdb_status message_count(stdb_connection *connection, uint64_t *count, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "message", &table, error);
    return status == STDB_OK ? stdb_table_count(table, count, error) : status;
}

stdb_status message_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "message", &table, error);
    return status == STDB_OK ? stdb_table_iter(table, iter, error) : status;
}

bool message_next(stdb_row_iter *iter, Message *row)
{
    stdb_row next;
    if (row == NULL || !stdb_row_iter_next(iter, &next)) {
        return false;
    }
    module_bindings_cursor cursor = module_bindings_over(next.data, next.len);
    *row = module_bindings_read_message(&cursor);
    return true;
}

/* ---- The table `right` ---- */

static void module_bindings_right_row(const stdb_context *context, const stdb_row *row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor cursor = module_bindings_over(row->data, row->len);
    Right typed = module_bindings_read_right(&cursor);
    ((right_row_fn)closure->callback)(context, &typed, closure->user_data);
}

static void module_bindings_right_update(
    const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor old_cursor = module_bindings_over(old_row->data, old_row->len);
    module_bindings_cursor new_cursor = module_bindings_over(new_row->data, new_row->len);
    Right old_typed = module_bindings_read_right(&old_cursor);
    Right new_typed = module_bindings_read_right(&new_cursor);
    ((right_update_fn)closure->callback)(context, &old_typed, &new_typed, closure->user_data);
}

stdb_status right_on_insert(
    stdb_connection *connection, right_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "right", stdb_table_on_insert, callback == NULL ? NULL : module_bindings_right_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status right_on_before_delete(
    stdb_connection *connection, right_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "right", stdb_table_on_before_delete, callback == NULL ? NULL : module_bindings_right_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status right_on_delete(
    stdb_connection *connection, right_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "right", stdb_table_on_delete, callback == NULL ? NULL : module_bindings_right_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status right_on_update(
    stdb_connection *connection, right_update_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_update(
        connection, "right", callback == NULL ? NULL : module_bindings_right_update, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

stdb_status right_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "right", &table, error);
    return status == STDB_OK ? stdb_table_remove_callback(table, callback_id, error) : status;
}

stdb_status right_count(stdb_connection *connection, uint64_t *count, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "right", &table, error);
    return status == STDB_OK ? stdb_table_count(table, count, error) : status;
}

stdb_status right_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "right", &table, error);
    return status == STDB_OK ? stdb_table_iter(table, iter, error) : status;
}

bool right_next(stdb_row_iter *iter, Right *row)
{
    stdb_row next;
    if (row == NULL || !stdb_row_iter_next(iter, &next)) {
        return false;
    }
    module_bindings_cursor cursor = module_bindings_over(next.data, next.len);
    *row = module_bindings_read_right(&cursor);
    return true;
}

stdb_status right_find_by_id(stdb_connection *connection, uint32_t id, Right *row, stdb_error **error)
{
    stdb_row found;
    const stdb_table *table = NULL;
    stdb_bytes key_bsatn;
    uint8_t key_bytes[4];
    module_bindings_put(key_bytes + 0, (uint64_t)id, 4);
    key_bsatn.data = key_bytes;
    key_bsatn.len = sizeof key_bytes;
    stdb_status status = stdb_connection_table(connection, "right", &table, error);
    if (status == STDB_OK) {
        status = stdb_table_find(table, "id", key_bsatn, &found, error);
    }
    if (status == STDB_OK && row != NULL) {
        module_bindings_cursor cursor = module_bindings_over(found.data, found.len);
        *row = module_bindings_read_right(&cursor);
    }
    return status;
}

stdb_status right_filter_by_left_id(
    stdb_connection *connection, uint32_t left_id, stdb_row_iter **iter, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_bytes key_bsatn;
    uint8_t key_bytes[4];
    module_bindings_put(key_bytes + 0, (uint64_t)left_id, 4);
    key_bsatn.data = key_bytes;
    key_bsatn.len = sizeof key_bytes;
    stdb_status status = stdb_connection_table(connection, "right", &table, error);
    if (status == STDB_OK) {
        status = stdb_table_filter(table, "right_left_id_idx_btree", key_bsatn, iter, error);
    }
    return status;
}

/* ---- The table `user` ---- */

static void module_bindings_user_row(const stdb_context *context, const stdb_row *row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor cursor = module_bindings_over(row->data, row->len);
    User typed = module_bindings_read_user(&cursor);
    ((user_row_fn)closure->callback)(context, &typed, closure->user_data);
}

static void module_bindings_user_update(
    const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor old_cursor = module_bindings_over(old_row->data, old_row->len);
    module_bindings_cursor new_cursor = module_bindings_over(new_row->data, new_row->len);
    User old_typed = module_bindings_read_user(&old_cursor);
    User new_typed = module_bindings_read_user(&new_cursor);
    ((user_update_fn)closure->callback)(context, &old_typed, &new_typed, closure->user_data);
}

stdb_status user_on_insert(
    stdb_connection *connection, user_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "user", stdb_table_on_insert, callback == NULL ? NULL : module_bindings_user_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status user_on_before_delete(
    stdb_connection *connection, user_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "user", stdb_table_on_before_delete, callback == NULL ? NULL : module_bindings_user_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status user_on_delete(
    stdb_connection *connection, user_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "user", stdb_table_on_delete, callback == NULL ? NULL : module_bindings_user_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status user_on_update(
    stdb_connection *connection, user_update_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_update(
        connection, "user", callback == NULL ? NULL : module_bindings_user_update, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

stdb_status user_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "user", &table, error);
    return status == STDB_OK ? stdb_table_remove_callback(table, callback_id, error) : status;
}

stdb_status user_count(stdb_connection *connection, uint64_t *count, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "user", &table, error);
    return status == STDB_OK ? stdb_table_count(table, count, error) : status;
}

stdb_status user_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "user", &table, error);
    return status == STDB_OK ? stdb_table_iter(table, iter, error) : status;
}

bool user_next(stdb_row_iter *iter, User *row)
{
    stdb_row next;
    if (row == NULL || !stdb_row_iter_next(iter, &next)) {
        return false;
    }
    module_bindings_cursor cursor = module_bindings_over(next.data, next.len);
    *row = module_bindings_read_user(&cursor);
    return true;
}

stdb_status user_find_by_identity(stdb_connection *connection, stdb_identity identity, User *row, stdb_error **error)
{
    stdb_row found;
    const stdb_table *table = NULL;
    stdb_bytes key_bsatn;
    uint8_t key_bytes[32];
    memcpy(key_bytes + 0, identity.bytes, 32);
    key_bsatn.data = key_bytes;
    key_bsatn.len = sizeof key_bytes;
    stdb_status status = stdb_connection_table(connection, "user", &table, error);
    if (status == STDB_OK) {
        status = stdb_table_find(table, "identity", key_bsatn, &found, error);
    }
    if (status == STDB_OK && row != NULL) {
        module_bindings_cursor cursor = module_bindings_over(found.data, found.len);
        *row = module_bindings_read_user(&cursor);
    }
    return status;
}

/* ---- The table `zone_one` ---- */

static void module_bindings_zone_one_row(const stdb_context *context, const stdb_row *row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor cursor = module_bindings_over(row->data, row->len);
    Entity typed = module_bindings_read_entity(&cursor);
    ((zone_one_row_fn)closure->callback)(context, &typed, closure->user_data);
}

stdb_status zone_one_on_insert(
    stdb_connection *connection, zone_one_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "zone_one", stdb_table_on_insert, callback == NULL ? NULL : module_bindings_zone_one_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status zone_one_on_before_delete(
    stdb_connection *connection, zone_one_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "zone_one", stdb_table_on_before_delete, callback == NULL ? NULL : module_bindings_zone_one_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status zone_one_on_delete(
    stdb_connection *connection, zone_one_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "zone_one", stdb_table_on_delete, callback == NULL ? NULL : module_bindings_zone_one_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status zone_one_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "zone_one", &table, error);
    return status == STDB_OK ? stdb_table_remove_callback(table, callback_id, error) : status;
}

stdb_status zone_one_count(stdb_connection *connection, uint64_t *count, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "zone_one", &table, error);
    return status == STDB_OK ? stdb_table_count(table, count, error) : status;
}

stdb_status zone_one_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "zone_one", &table, error);
    return status == STDB_OK ? stdb_table_iter(table, iter, error) : status;
}

bool zone_one_next(stdb_row_iter *iter, Entity *row)
{
    stdb_row next;
    if (row == NULL || !stdb_row_iter_next(iter, &next)) {
        return false;
    }
    module_bindings_cursor cursor = module_bindings_over(next.data, next.len);
    *row = module_bindings_read_entity(&cursor);
    return true;
}

/* ---- The reducer `add_left` ---- */

stdb_status add_left(
    stdb_connection *connection, uint32_t id, const char *note, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, id, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_string(writer, note, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "add_left", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_add_left_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    uint32_t id = module_bindings_read_u32(&cursor);
    stdb_str note = module_bindings_read_string(&cursor);
    ((add_left_fn)closure->callback)(context, &event, id, note, closure->user_data);
}

stdb_status on_add_left(
    stdb_connection *connection, add_left_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "add_left", callback == NULL ? NULL : module_bindings_add_left_event, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

/* ---- The reducer `add_right` ---- */

stdb_status add_right(
    stdb_connection *connection, uint32_t id, uint32_t left_id, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, id, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, left_id, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "add_right", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_add_right_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    uint32_t id = module_bindings_read_u32(&cursor);
    uint32_t left_id = module_bindings_read_u32(&cursor);
    ((add_right_fn)closure->callback)(context, &event, id, left_id, closure->user_data);
}

stdb_status on_add_right(
    stdb_connection *connection, add_right_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "add_right", callback == NULL ? NULL : module_bindings_add_right_event,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

/* ---- The reducer `boom` ---- */

stdb_status boom(
    stdb_connection *connection, const stdb_call_options *call_options, stdb_event_fn on_result, void *user_data,
    stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "boom", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_boom_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    ((boom_fn)closure->callback)(context, &event, closure->user_data);
}

stdb_status on_boom(
    stdb_connection *connection, boom_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "boom", callback == NULL ? NULL : module_bindings_boom_event, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

/* ---- The reducer `deal_hit` ---- */

stdb_status deal_hit(
    stdb_connection *connection, uint64_t target, uint32_t amount, uint32_t times,
    const stdb_call_options *call_options, stdb_event_fn on_result, void *user_data, stdb_drop_fn drop,
    stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, target, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, amount, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, times, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "deal_hit", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_deal_hit_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    uint64_t target = module_bindings_read_u64(&cursor);
    uint32_t amount = module_bindings_read_u32(&cursor);
    uint32_t times = module_bindings_read_u32(&cursor);
    ((deal_hit_fn)closure->callback)(context, &event, target, amount, times, closure->user_data);
}

stdb_status on_deal_hit(
    stdb_connection *connection, deal_hit_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "deal_hit", callback == NULL ? NULL : module_bindings_deal_hit_event, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

/* ---- The reducer `despawn` ---- */

stdb_status despawn(
    stdb_connection *connection, uint64_t first, uint64_t count, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, first, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, count, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "despawn", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_despawn_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    uint64_t first = module_bindings_read_u64(&cursor);
    uint64_t count = module_bindings_read_u64(&cursor);
    ((despawn_fn)closure->callback)(context, &event, first, count, closure->user_data);
}

stdb_status on_despawn(
    stdb_connection *connection, despawn_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "despawn", callback == NULL ? NULL : module_bindings_despawn_event, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

/* ---- The reducer `edit_left` ---- */

stdb_status edit_left(
    stdb_connection *connection, uint32_t id, const char *note, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, id, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_string(writer, note, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "edit_left", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_edit_left_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    uint32_t id = module_bindings_read_u32(&cursor);
    stdb_str note = module_bindings_read_string(&cursor);
    ((edit_left_fn)closure->callback)(context, &event, id, note, closure->user_data);
}

stdb_status on_edit_left(
    stdb_connection *connection, edit_left_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "edit_left", callback == NULL ? NULL : module_bindings_edit_left_event,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

/* ---- The reducer `give` ---- */

stdb_status give(
    stdb_connection *connection, uint64_t owner, const char *serial, StringArray tags,
    const stdb_call_options *call_options, stdb_event_fn on_result, void *user_data, stdb_drop_fn drop,
    stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, owner, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_string(writer, serial, error);
    }
    if (status == STDB_OK) {
        status = module_bindings_write_string_array(writer, tags, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "give", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_give_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    uint64_t owner = module_bindings_read_u64(&cursor);
    stdb_str serial = module_bindings_read_string(&cursor);
    StringArray tags = module_bindings_read_string_array(&cursor);
    ((give_fn)closure->callback)(context, &event, owner, serial, tags, closure->user_data);
}

stdb_status on_give(
    stdb_connection *connection, give_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "give", callback == NULL ? NULL : module_bindings_give_event, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

/* ---- The reducer `insert_every_type` ---- */

stdb_status insert_every_type(
    stdb_connection *connection, uint32_t key, const stdb_call_options *call_options, stdb_event_fn on_result,
    void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, key, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "insert_every_type", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop,
            error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_insert_every_type_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    uint32_t key = module_bindings_read_u32(&cursor);
    ((insert_every_type_fn)closure->callback)(context, &event, key, closure->user_data);
}

stdb_status on_insert_every_type(
    stdb_connection *connection, insert_every_type_fn callback, void *user_data, stdb_drop_fn drop,
    uint64_t *callback_id, stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "insert_every_type", callback == NULL ? NULL : module_bindings_insert_every_type_event,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

/* ---- The reducer `move_by` ---- */

stdb_status move_by(
    stdb_connection *connection, uint64_t first, uint64_t count, float dx, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, first, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, count, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_f32(writer, dx, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "move_by", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_move_by_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    uint64_t first = module_bindings_read_u64(&cursor);
    uint64_t count = module_bindings_read_u64(&cursor);
    float dx = module_bindings_read_f32(&cursor);
    ((move_by_fn)closure->callback)(context, &event, first, count, dx, closure->user_data);
}

stdb_status on_move_by(
    stdb_connection *connection, move_by_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "move_by", callback == NULL ? NULL : module_bindings_move_by_event, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

/* ---- The reducer `noop` ---- */

stdb_status noop(
    stdb_connection *connection, const stdb_call_options *call_options, stdb_event_fn on_result, void *user_data,
    stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "noop", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_noop_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    ((noop_fn)closure->callback)(context, &event, closure->user_data);
}

stdb_status on_noop(
    stdb_connection *connection, noop_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "noop", callback == NULL ? NULL : module_bindings_noop_event, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

/* ---- The reducer `reset` ---- */

stdb_status reset(
    stdb_connection *connection, const stdb_call_options *call_options, stdb_event_fn on_result, void *user_data,
    stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "reset", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_reset_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    ((reset_fn)closure->callback)(context, &event, closure->user_data);
}

stdb_status on_reset(
    stdb_connection *connection, reset_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "reset", callback == NULL ? NULL : module_bindings_reset_event, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

/* ---- The reducer `rezone` ---- */

stdb_status rezone(
    stdb_connection *connection, uint64_t id, uint32_t zone, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, id, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, zone, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "rezone", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_rezone_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    uint64_t id = module_bindings_read_u64(&cursor);
    uint32_t zone = module_bindings_read_u32(&cursor);
    ((rezone_fn)closure->callback)(context, &event, id, zone, closure->user_data);
}

stdb_status on_rezone(
    stdb_connection *connection, rezone_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "rezone", callback == NULL ? NULL : module_bindings_rezone_event, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

/* ---- The reducer `send_message` ---- */

stdb_status send_message(
    stdb_connection *connection, const char *text, const stdb_call_options *call_options, stdb_event_fn on_result,
    void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_string(writer, text, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "send_message", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop,
            error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_send_message_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    stdb_str text = module_bindings_read_string(&cursor);
    ((send_message_fn)closure->callback)(context, &event, text, closure->user_data);
}

stdb_status on_send_message(
    stdb_connection *connection, send_message_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "send_message", callback == NULL ? NULL : module_bindings_send_message_event,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

/* ---- The reducer `set_name` ---- */

stdb_status set_name(
    stdb_connection *connection, const char *name, const stdb_call_options *call_options, stdb_event_fn on_result,
    void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_string(writer, name, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "set_name", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_set_name_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    stdb_str name = module_bindings_read_string(&cursor);
    ((set_name_fn)closure->callback)(context, &event, name, closure->user_data);
}

stdb_status on_set_name(
    stdb_connection *connection, set_name_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "set_name", callback == NULL ? NULL : module_bindings_set_name_event, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

/* ---- The reducer `spawn` ---- */

stdb_status spawn(
    stdb_connection *connection, uint64_t first, uint64_t count, uint32_t zone, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, first, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, count, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, zone, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "spawn", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_spawn_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    uint64_t first = module_bindings_read_u64(&cursor);
    uint64_t count = module_bindings_read_u64(&cursor);
    uint32_t zone = module_bindings_read_u32(&cursor);
    ((spawn_fn)closure->callback)(context, &event, first, count, zone, closure->user_data);
}

stdb_status on_spawn(
    stdb_connection *connection, spawn_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "spawn", callback == NULL ? NULL : module_bindings_spawn_event, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

/* ---- The reducer `swap_right` ---- */

stdb_status swap_right(
    stdb_connection *connection, uint32_t old, uint32_t new_, uint32_t left_id, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, old, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, new_, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, left_id, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "swap_right", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_swap_right_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    uint32_t old = module_bindings_read_u32(&cursor);
    uint32_t new_ = module_bindings_read_u32(&cursor);
    uint32_t left_id = module_bindings_read_u32(&cursor);
    ((swap_right_fn)closure->callback)(context, &event, old, new_, left_id, closure->user_data);
}

stdb_status on_swap_right(
    stdb_connection *connection, swap_right_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "swap_right", callback == NULL ? NULL : module_bindings_swap_right_event,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

/* ---- The procedure `add` ---- */

static void module_bindings_add_result(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_procedure_event event;
    if (stdb_context_procedure_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.value.data, event.value.len);
    uint32_t value = module_bindings_read_u32(&cursor);
    bool is_there = event.status == STDB_CALL_COMMITTED;
    ((add_fn)closure->callback)(context, &event, is_there ? &value : NULL, closure->user_data);
}

stdb_status add(
    stdb_connection *connection, uint32_t a, uint32_t b, const stdb_call_options *call_options, add_fn on_result,
    void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, a, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, b, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else if (on_result == NULL) {
        status = stdb_connection_call_procedure(
            connection, "add", stdb_bsatn_writer_data(writer), call_options, NULL, user_data, drop, error);
    } else {
        module_bindings_closure *closure = module_bindings_close((module_bindings_fn)on_result, user_data, drop);
        status = stdb_connection_call_procedure(
            connection, "add", stdb_bsatn_writer_data(writer), call_options, module_bindings_add_result, closure,
            module_bindings_drop_closure, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

/* ---- The procedure `fail` ---- */

static void module_bindings_fail_result(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_procedure_event event;
    if (stdb_context_procedure_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    ((fail_fn)closure->callback)(context, &event, closure->user_data);
}

stdb_status fail(
    stdb_connection *connection, const stdb_call_options *call_options, fail_fn on_result, void *user_data,
    stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else if (on_result == NULL) {
        status = stdb_connection_call_procedure(
            connection, "fail", stdb_bsatn_writer_data(writer), call_options, NULL, user_data, drop, error);
    } else {
        module_bindings_closure *closure = module_bindings_close((module_bindings_fn)on_result, user_data, drop);
        status = stdb_connection_call_procedure(
            connection, "fail", stdb_bsatn_writer_data(writer), call_options, module_bindings_fail_result, closure,
            module_bindings_drop_closure, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

/* ---- The procedure `spawn_in_tx` ---- */

static void module_bindings_spawn_in_tx_result(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_procedure_event event;
    if (stdb_context_procedure_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    ((spawn_in_tx_fn)closure->callback)(context, &event, closure->user_data);
}

stdb_status spawn_in_tx(
    stdb_connection *connection, uint64_t id, const stdb_call_options *call_options, spawn_in_tx_fn on_result,
    void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, id, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else if (on_result == NULL) {
        status = stdb_connection_call_procedure(
            connection, "spawn_in_tx", stdb_bsatn_writer_data(writer), call_options, NULL, user_data, drop, error);
    } else {
        module_bindings_closure *closure = module_bindings_close((module_bindings_fn)on_result, user_data, drop);
        status = stdb_connection_call_procedure(
            connection, "spawn_in_tx", stdb_bsatn_writer_data(writer), call_options, module_bindings_spawn_in_tx_result,
            closure, module_bindings_drop_closure, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

/* ---- The procedure `summarise` ---- */

static void module_bindings_summarise_result(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_procedure_event event;
    if (stdb_context_procedure_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.value.data, event.value.len);
    Summary value = module_bindings_read_summary(&cursor);
    bool is_there = event.status == STDB_CALL_COMMITTED;
    ((summarise_fn)closure->callback)(context, &event, is_there ? &value : NULL, closure->user_data);
}

stdb_status summarise(
    stdb_connection *connection, const char *label, const stdb_call_options *call_options, summarise_fn on_result,
    void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_string(writer, label, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else if (on_result == NULL) {
        status = stdb_connection_call_procedure(
            connection, "summarise", stdb_bsatn_writer_data(writer), call_options, NULL, user_data, drop, error);
    } else {
        module_bindings_closure *closure = module_bindings_close((module_bindings_fn)on_result, user_data, drop);
        status = stdb_connection_call_procedure(
            connection, "summarise", stdb_bsatn_writer_data(writer), call_options, module_bindings_summarise_result,
            closure, module_bindings_drop_closure, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}
