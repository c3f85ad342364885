using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Http;

[JsonSerializable(typeof(FrameworkError))]
internal sealed partial class MediaTypesJson : JsonSerializerContext;
