using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace DpsPortal.KeyVault.Http;

[JsonSerializable(typeof(FrameworkError))]
internal sealed partial class MediaTypesJson : JsonSerializerContext;
