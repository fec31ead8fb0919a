package contract

import (
	"encoding/json"
	"strconv"
)

// object is a JSON object of the description; encoding/json writes its members
// sorted, so that the text is always the same.
type object map[string]any

// OpenAPI describes Update Session as an OpenAPI 3.1 document in JSON, made from
// the field table: for mock servers, clients and documentation. It holds what the
// specification and the pages beside it say and nothing that they leave open, so
// a server built from it accepts what they are silent about.
func OpenAPI() []byte {
	const path = "/api/account/{accountId}/app/engagement/visitors/{visitorId}"
	parameter := func(name, in string, schema object, about string) object {
		return object{"name": name, "in": in, "required": true, "description": about, "schema": schema}
	}
	document := object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Update Session", "version": Version,
			"description": "Updates a live visitor session with SDEs and impression events.",
		},
		"paths": object{path: object{
			"parameters": []any{
				parameter("accountId", "path", object{"type": "string", "pattern": "^[a-zA-Z0-9_]{1,20}$"}, "the account"),
				parameter("visitorId", "path", object{"type": "string", "minLength": 1}, "the visitor, from Create Session"),
				parameter(ParamVersion, "query", object{"type": "string", "enum": []string{Version}}, "the version of the API"),
				parameter(ParamSessionID, "query", object{"type": "string", "minLength": 1}, "the session, from Create Session"),
			},
			"put": object{
				"operationId": "updateSession",
				"requestBody": object{"required": true, "content": jsonContent(updateSchema())},
				"responses":   openAPIResponses(),
			},
		}},
		"components": object{"schemas": object{"Envelope": envelopeSchema()}},
	}
	// Maps of strings, numbers and lists always marshal.
	text, _ := json.MarshalIndent(document, "", "  ")
	return append(text, '\n')
}

func jsonContent(schema object) object { return object{"application/json": object{"schema": schema}} }

// openAPIResponses are the codes of the contract (S:L104–109).
func openAPIResponses() object {
	about := map[int]string{
		200: "the session was updated; the entity is empty", 400: "the request is not valid",
		401: "not authorised", 404: "the data is not there", 500: "internal server error", 503: "service unavailable",
	}
	all := object{}
	for _, code := range Statuses() {
		response := object{"description": about[code]}
		if code != 200 {
			response["content"] = jsonContent(object{"$ref": "#/components/schemas/Envelope"})
		}
		all[strconv.Itoa(code)] = response
	}
	return all
}

// envelopeSchema is the error entity (S:L122–128).
func envelopeSchema() object {
	return object{
		"type": "object", "required": []string{"time", "internalCode"},
		"properties": object{
			"time":         object{"type": "integer", "format": "int64", "description": "epoch milliseconds"},
			"message":      object{"type": "string"},
			"internalCode": object{"type": "integer", "format": "int64"},
		},
		"example": object{"time": 1469543282471, "message": IllegalVersionMessage, "internalCode": CodeIllegalVersion},
	}
}

// updateSchema is the body (S:L42–44).
func updateSchema() object {
	return object{
		"type": "object", "required": []string{"pageId"},
		"properties": object{
			"pageId":               object{"type": "string", "minLength": 1},
			"impAttributes":        object{"type": "array", "items": unionSchema(ImpressionTypes())},
			"engagementAttributes": object{"type": "array", "items": unionSchema(SDETypes())},
		},
	}
}

// unionSchema is one of several wire types, told apart by the member type.
func unionSchema(types []Attribute) object {
	var names []string
	var each []any
	for _, a := range types {
		names = append(names, a.Type)
		schema := nodeSchema(a.Tree())
		schema["properties"].(object)["type"] = object{"const": a.Type}
		each = append(each, object{
			"if":   object{"properties": object{"type": object{"const": a.Type}}},
			"then": schema,
		})
	}
	return object{
		"type": "object", "required": []string{"type"},
		"properties": object{"type": object{"type": "string", "enum": names}},
		"allOf":      each,
	}
}

// nodeSchema is one value of the field table.
func nodeSchema(n *Node) object {
	if n.Field.Kind == KindNull {
		return object{} // only ever seen as null, so anything may come
	}
	schema := object{"type": n.Field.Kind.String()}
	if n.Elem != nil {
		schema["items"] = nodeSchema(n.Elem)
	}
	if n.Field.Kind == KindObject {
		properties, required := object{}, []string{}
		for _, m := range n.Members {
			properties[m.Field.Name()] = nodeSchema(m)
			if m.Field.Mandatory {
				required = append(required, m.Field.Name())
			}
		}
		schema["properties"] = properties
		if len(required) > 0 {
			schema["required"] = required
		}
	}
	// Values beyond the documented ones are open, so a list binds only where the
	// wrong type would.
	if len(n.Field.Values) > 0 && n.Field.Kind == KindString {
		schema["examples"] = n.Field.Values
	}
	return schema
}
